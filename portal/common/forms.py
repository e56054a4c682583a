"""How forms look and complain: the renderer, the base form, rows of choices, the date in three fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import pretty_name
from django.forms.widgets import Input
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.common.phrases import remark
from portal.common.unmet import Text, Unmet

CONTROL_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    # Django's several ticks are a kind of radios to it: the narrower class comes first.
    (forms.CheckboxSelectMultiple, "govuk-checkboxes__input"),
    (forms.RadioSelect, "govuk-radios__input"),
    (forms.Select, "govuk-select"),
    (Input, "govuk-input"),
)

DJANGO_ROWS, ROWS = "10", "4"  # Django's own height of a text area, and ours


class Renderer(TemplatesSetting):
    """Find form templates among the project's own; the stock admin keeps its own widget templates."""


class PortalBoundField(BoundField):
    """A field as the page shows it: classes of its control, its place on the page, the id an error links to."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Add the class that fits the control, and its error form."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        for kind, name in CONTROL_CLASSES:
            if isinstance(widget, kind):
                given = str(widget.attrs.get("class", ""))
                error = f"{name}--error" if self.errors and "__" not in name else ""
                attrs["class"] = " ".join(part for part in (name, error, given) if part)
                if kind is forms.Textarea and widget.attrs.get("rows") == DJANGO_ROWS:
                    attrs["rows"] = ROWS
                break
        return attrs

    @property
    def first_id(self) -> str:
        """Return the id of the control that takes the focus when the error summary is followed."""
        widget = self.field.widget
        grouped = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.MultiWidget)
        return f"{self.auto_id}_0" if grouped else self.auto_id

    @property
    def is_heading(self) -> bool:
        """Say whether this field's label is the page's only h1."""
        return getattr(self.form, "label_is_heading", "") == self.name

    @property
    def is_tick(self) -> bool:
        """Say whether this is a single tick beside a sentence."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_optional(self) -> bool:
        """Say whether the label carries the word for optional."""
        return not self.field.required and not self.is_tick


def error_texts(field: forms.Field, name: Text) -> dict[str, Text]:
    """Return the texts by error code for a field called `name`: each names the field, the limit and what to do."""
    required = gettext_lazy("请填写{name}")
    if isinstance(field, forms.FileField):
        required = gettext_lazy("请选择要上传的{name}")
    elif isinstance(field, forms.BooleanField):
        required = gettext_lazy("请先打勾：{name}")
    elif isinstance(field, forms.ChoiceField):
        required = gettext_lazy("请选择{name}")
    invalid = gettext_lazy("{name}的格式不对，请核对后重新填写")
    if isinstance(field, forms.EmailField):
        invalid = gettext_lazy("{name}不完整，请按 name@example.com 的样子填写")
    elif isinstance(field, forms.IntegerField):
        invalid = gettext_lazy("{name}只能是整数，请用数字填写，例如 12")
    texts = {
        "required": required,
        "invalid": invalid,
        "invalid_choice": gettext_lazy("{name}里没有您选的这一项，请从列出的选项里选"),
        "invalid_list": gettext_lazy("{name}里没有您选的这一项，请从列出的选项里选"),
        "max_length": gettext_lazy("{name}最多 %(limit_value)s 个字，您填了 %(show_value)s 个，请删短"),
        "min_length": gettext_lazy("{name}至少 %(limit_value)s 个字，您填了 %(show_value)s 个，请补全"),
        "max_value": gettext_lazy("{name}最大是 %(limit_value)s，请改小"),
        "min_value": gettext_lazy("{name}最小是 %(limit_value)s，请改大"),
        "null_characters_not_allowed": gettext_lazy("{name}里有看不见的字符，请删掉后重新填写"),
    }
    if isinstance(field, forms.FileField):
        texts |= {
            "invalid": gettext_lazy("没有收到{name}，请重新选择文件后上传"),
            "missing": gettext_lazy("没有收到{name}，请重新选择文件后上传"),
            "empty": gettext_lazy("{name}是空文件，请换一个文件上传"),
            "max_length": gettext_lazy("{name}的文件名最多 %(max)d 个字，现在有 %(length)d 个，请改短后上传"),
            "contradiction": gettext_lazy("{name}不能又上传又清除，请只选一样"),
        }
    return {code: format_lazy(text, name=name) for code, text in texts.items()}


class PortalForm(forms.Form):
    """Base of every citizen's form.

    `names` gives the short name of a field in its errors where the label is a question; `label_is_heading` names the
    field whose label is the page's h1; `eyebrow` stands above that h1.
    """

    default_renderer = Renderer
    bound_field_class = PortalBoundField
    use_required_attribute = False
    names: Mapping[str, Text] = {}
    label_is_heading: str = ""
    eyebrow: Text = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Give each field the error texts it has not been given itself."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for key, field in self.fields.items():
            defaults = _class_defaults(type(field))
            name = self.names.get(key) or field.label or pretty_name(key)
            for code, text in error_texts(field, name).items():
                if field.error_messages.get(code) == defaults.get(code):
                    field.error_messages[code] = cast("Any", text)

    def refuse(self, reasons: Iterable[Unmet]) -> None:
        """Turn unmet rules into errors of the fields they name, or of the whole form."""
        for reason in reasons:
            text = remark(reason.text, reason.remedy) if reason.remedy else str(reason.text)
            self.add_error(
                reason.field if reason.field in self.fields else None, ValidationError(text, code=reason.code)
            )

    def error_links(self) -> list[tuple[str, str]]:
        """Return (id of the control or "", text) for every error, in the order of the page."""
        links = [("", str(text)) for text in self.non_field_errors()]
        for bound in self:
            links += [(cast("PortalBoundField", bound).first_id, str(text)) for text in bound.errors]
        return links


def _class_defaults(kind: type[forms.Field]) -> dict[str, Any]:
    """Return the error texts a field class brings along itself, so that a text given by hand can be told apart."""
    messages: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        messages.update(getattr(base, "default_error_messages", {}))
    return messages


class RowsMixin:
    """Choices as rows, each with an optional hint and icon: {value: hint}, {value: icon name}."""

    hints: Mapping[str, Text]
    icons: Mapping[str, str]

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the row's hint and icon to the option."""
        option = cast("dict[str, Any]", super().create_option(*args, **kwargs))  # type: ignore[misc]
        option["hint"] = self.hints.get(str(option["value"]), "")
        option["icon"] = self.icons.get(str(option["value"]), "")
        if option["hint"] and option["attrs"].get("id"):
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        return option


class RadioRows(RowsMixin, forms.RadioSelect):
    """One of several, as rows."""

    def __init__(
        self, *, hints: Mapping[str, Text] | None = None, icons: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        """Keep hints and icons by value."""
        super().__init__(**kwargs)
        self.hints, self.icons = hints or {}, icons or {}


class CheckboxRows(RowsMixin, forms.CheckboxSelectMultiple):
    """Any of several, as rows."""

    def __init__(
        self, *, hints: Mapping[str, Text] | None = None, icons: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        """Keep hints and icons by value."""
        super().__init__(**kwargs)
        self.hints, self.icons = hints or {}, icons or {}


class SplitDateWidget(forms.MultiWidget):
    """Year, month and day, each in a field of its own; what was typed stays, also when it is no date."""

    template_name = "django/forms/widgets/split_date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, autocomplete: str = "") -> None:
        """Name the three parts; `autocomplete="bday"` lets the browser fill in a date of birth."""
        self.autocomplete = autocomplete
        super().__init__({part: forms.TextInput() for part in ("year", "month", "day")}, attrs)

    def decompress(self, value: date | None) -> list[str]:
        """Return year, month and day as text."""
        return [str(value.year), str(value.month), str(value.day)] if isinstance(value, date) else ["", "", ""]

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give each part its label, width and kind of keyboard."""
        context = super().get_context(name, value, attrs)
        labels = (_("年"), _("月"), _("日"))
        for part, suffix, label, width in zip(
            context["widget"]["subwidgets"], ("year", "month", "day"), labels, (4, 2, 2), strict=True
        ):
            part["label"] = label
            error = " govuk-input--error" if "aria-invalid" in part["attrs"] else ""
            part["attrs"] |= {
                "class": f"govuk-input govuk-input--width-{width}{error}",
                "inputmode": "numeric",
                "maxlength": width,
            }
            if self.autocomplete:
                part["attrs"]["autocomplete"] = f"{self.autocomplete}-{suffix}"
        return context


class SplitDateField(forms.Field):
    """A date typed as year, month and day; errors say which part is missing or impossible.

    `earliest` and `latest` are dates, or callables giving one at the moment of the check; both are allowed themselves.
    """

    widget = SplitDateWidget

    def __init__(
        self,
        *,
        earliest: date | Callable[[], date] | None = None,
        latest: date | Callable[[], date] | None = None,
        **kwargs: Any,
    ) -> None:
        """Keep the bounds, both allowed days themselves."""
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def clean(self, value: Sequence[str | None]) -> date | None:
        """Return the date; raise ValidationError with one sentence that says what to mend."""
        year, month, day = (normalize("NFKC", part or "").strip() for part in value or ("", "", ""))
        if not (year or month or day):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        missing = [label for part, label in ((year, _("年")), (month, _("月")), (day, _("日"))) if not part]
        if missing:
            raise ValidationError(
                _("日期还缺：%(parts)s，请补上") % {"parts": _("、").join(missing)}, code="incomplete"
            )
        if not all(part.isascii() and part.isdigit() for part in (year, month, day)):
            raise ValidationError(_("日期请只用数字填写，例如 1988 年 4 月 12 日"), code="invalid")
        if len(year) != len("1988"):
            raise ValidationError(_("年份要写 4 位数字，例如 1988"), code="invalid")
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            typed = {"year": year, "month": month, "day": day}
            raise ValidationError(
                _("日历上没有 %(year)s年%(month)s月%(day)s日，请核对月份和日子") % typed, code="invalid"
            ) from None
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        latest = self.latest() if callable(self.latest) else self.latest
        if earliest and found < earliest:
            raise ValidationError(
                _("日期不能早于 %(limit)s，请核对年份") % {"limit": earliest.isoformat()}, code="min_value"
            )
        if latest and found > latest:
            raise ValidationError(
                _("日期不能晚于 %(limit)s，请核对年份") % {"limit": latest.isoformat()}, code="max_value"
            )
        return found

    def has_changed(self, initial: date | None, data: Sequence[str | None] | None) -> bool:
        """Compare what was typed with the date shown before."""
        before = SplitDateWidget().decompress(initial)
        return [part or "" for part in data or ("", "", "")] != before
