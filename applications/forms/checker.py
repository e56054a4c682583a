"""The checker's questions: one form each."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications import checker
from applications.cities import OTHER, find_city, short_name
from applications.forms.endorsements import PURPOSES
from documents import catalog
from documents.services import english_name, open_cities
from portal.accounts.divisions import name_of
from portal.common import clock
from portal.common.forms import CheckboxRows, PortalForm, RadioRows
from portal.common.unmet import Text

Choices = list[tuple[str, Text]]
_MOST_TYPED = 60


class Question(PortalForm):
    """One question; `kept` is what the session keeps of the answer."""

    label_is_heading = "answer"
    eyebrow = _("看看能不能网上办")

    @property
    def kept(self) -> Any:
        """Return the answer of a valid form."""
        return self.cleaned_data["answer"]


class CityQuestion(Question):
    """The city of the household, typed; what fits several cities, or none, is offered to choose from."""

    slug = "city"
    names = {"answer": _("户口所在城市"), "pick": _("城市")}
    answer = forms.CharField(
        label=_("您的户口在哪个城市？"),
        help_text=_("写到地级市或直辖市，例如“武汉”“北京”。看户口本，居住证不算。"),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, told: checker.Told) -> None:
        """Look the typed city up; where it is not clear, offer what may be meant."""
        known = str(told.get(self.slug, OTHER))
        initial = {} if known in (OTHER, checker.NO_CITY) else {"answer": _own_name(known)}
        super().__init__(data, initial=initial)
        self.code: str | None = None
        typed = str((data or {}).get("answer", "")).strip()[:_MOST_TYPED]
        if not typed:
            return
        found = find_city(typed, foreign=_foreign_names())
        self.code = found.code
        if found.code is None:
            rows: Choices = [(city.code, name_of(city.code) or city.name) for city in found.candidates]
            self.fields["pick"] = forms.ChoiceField(
                label=_("是不是下面的一个？"),
                choices=[*rows, (OTHER, _("其他城市，不在上面"))],
                widget=RadioRows(),
                error_messages={
                    "required": _("没有认出这个城市。请改写成地级市的名称，或者在下面选一个"),
                    "invalid_choice": _("没有您选的这一项，请从列出的选项里选"),
                },
            )

    @property
    def kept(self) -> str:
        """Return the division code, or the word for another city."""
        return self.code or str(self.cleaned_data["pick"])


class ResidenceQuestion(CityQuestion):
    """The city of a residence permit, where there is one."""

    slug = "residence"
    names = {"answer": _("居住证所在城市"), "pick": _("城市")}
    answer = forms.CharField(
        label=_("您的居住证在哪个城市？"),
        help_text=_("没有居住证，或者就住在户口所在的城市，这里不用填。"),
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )

    @property
    def kept(self) -> str:
        """Return the division code, or the word for none."""
        return super().kept if self.cleaned_data.get("answer") else checker.NO_CITY


def _own_name(code: str) -> str:
    whole = name_of(code) or ""
    province = name_of(f"{code[:2]}0000") or ""
    return short_name(whole.removeprefix(province) or whole)


def _foreign_names() -> Mapping[str, str]:
    codes = [city.code for city in open_cities(clock.today())]
    return {english_name(code).replace(" ", "").casefold(): code for code in codes}


class ChoiceQuestion(Question):
    """A question answered by choosing."""

    def __init__(self, data: Mapping[str, Any] | None, *, slug: str, told: checker.Told) -> None:
        """Ask the question of this address, with what was chosen before."""
        super().__init__(data, initial={"answer": told[slug]} if slug in told else {})
        self.fields["answer"] = _field(slug, told)


def _radio(label: Any, choices: Choices, hints: Mapping[str, Text] | None = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=RadioRows(hints=hints),
        error_messages={
            "required": _("还没有选，请选一项"),
            "invalid_choice": _("没有您选的这一项，请从列出的选项里选"),
        },
    )


def _field(slug: str, told: checker.Told) -> forms.Field:
    if slug == "kinds":
        return forms.MultipleChoiceField(
            label=_("您要办什么？"),
            help_text=_("可以选几种，一张表一起办。"),
            choices=_what(),
            widget=CheckboxRows(),
            error_messages={
                "required": _("还没有选证件，请至少选一种"),
                "invalid_choice": _("没有您选的这种证件，请从列出的选项里选"),
            },
        )
    part, _dash, about = slug.partition("-")
    kind, place = checker.kind_of(about), checker.destination_of(about)
    if kind:
        return _held_field(kind, told) if slug.startswith(checker.HELD) else _reason_field(kind)
    if place:
        return _purpose_field(place) if part == "purpose" else _option_field(place, told)
    return _radio(*_PLAIN[slug])


def _what() -> Choices:
    """Return every document and endorsement, those of the shared form first."""
    forms_first = [*catalog.FORM_KINDS.values(), *(k for k in catalog.KINDS.values() if not k.on_form)]
    trips: Choices = [(code, _("%(place)s签注") % {"place": name}) for code, name in catalog.DESTINATIONS.items()]
    kinds: Choices = [(kind.code, kind.name) for kind in forms_first]
    return [*kinds[:3], *trips, *kinds[3:]]


def _held_field(kind: str, told: checker.Told) -> forms.Field:
    choices: Choices = [
        (checker.VALID, _("还在有效期内")),
        (checker.EXPIRED, _("已经过期")),
        (checker.NEVER, _("没有办过")),
    ]
    hints: Mapping[str, Text] = {checker.VALID: _("丢失或被盗的，按丢失前算")}
    if checker.is_permit_under(told, kind):
        choices.insert(1, (checker.SOON, _("有效期不足 6 个月")))
        hints = {checker.VALID: _("有效期还有 6 个月以上")}
    return _radio(_("您的%(kind)s现在怎么样？") % {"kind": catalog.kind(kind).short_name}, choices, hints)


def _reason_field(kind: str) -> forms.Field:
    # What the window takes as well is offered too: the answer says which way remains.
    online = catalog.reasons_for(kind, on=clock.today())
    rows = [*online, *(r for r in catalog.REASONS.values() if kind in r.kinds and r.is_for_window)]
    choices: Choices = [(row.code, row.name) for row in rows]
    hints: dict[str, Text] = {row.code: row.hint for row in rows}
    if kind == catalog.PASSPORT:
        choices.append((checker.ANNOTATE, _("不换，只要加注")))
        hints[checker.ANNOTATE] = _("曾用名、繁体字姓名、外文姓名、相貌变化、曾持照。到窗口办，不收费。")
    choices.append((checker.NO_REASON, _("都不是")))
    label = _("您为什么要换%(kind)s？") % {"kind": catalog.kind(kind).short_name}
    return _radio(label, choices, hints)


def _purpose_field(place: str) -> forms.Field:
    rows = catalog.endorsements_for(catalog.permit_for(place), place, on=clock.today())
    letters = list(dict.fromkeys(row.letter for row in rows))
    label = _("您去%(place)s做什么？") % {"place": catalog.DESTINATIONS[place]}
    choices: Choices = [(letter, catalog.type_name(place, letter)) for letter in letters]
    return _radio(label, choices, PURPOSES)


def _option_field(place: str, told: checker.Told) -> forms.Field:
    letter = str(told.get(checker.PURPOSE + checker.slug_of(place), ""))
    rows = catalog.endorsements_for(catalog.permit_for(place), place, on=clock.today(), letter=letter)
    options = catalog.options_of(rows, place)
    label = _("您要哪一种%(place)s签注？") % {"place": catalog.DESTINATIONS[place]}
    choices: Choices = [(code, catalog.option(code).label) for code in options]
    return _radio(label, choices, {code: row.who for code, row in options.items() if row.places})


_PLAIN: Mapping[str, tuple[Text, Choices, Mapping[str, Text]]] = {
    "age": (_("您年满 16 周岁了吗？"), [(checker.YES, _("满了")), (checker.NO, _("还没有"))], {}),
    "fingerprints": (
        _("您以前办出入境证件时留过指纹吗？"),
        [(checker.YES, _("留过")), (checker.NO, _("没有留过")), (checker.UNSURE, _("不记得了"))],
        {checker.UNSURE: _("登录后我们替您核对")},
    ),
    "mainland": (
        _("您现在在内地吗？"),
        [(checker.YES, _("在内地")), (checker.NO, _("在国外，或者在港澳台"))],
        {},
    ),
    "identity": (
        _("您是下面哪一种人员吗？"),
        [
            (checker.OTHER_IDENTITY, _("都不是")),
            (checker.STATE_EMPLOYEE, _("登记备案的国家工作人员")),
            (checker.MILITARY, _("现役军人、武警")),
        ],
        {checker.STATE_EMPLOYEE: _("单位把您报给出入境部门登记过")},
    ),
    "changed": (
        _("办旧证件以后，姓名、性别、出生日期或身份证号变过吗？"),
        [(checker.NO, _("没有变")), (checker.YES, _("变过"))],
        {},
    ),
}


def question_form(slug: str, told: checker.Told, data: Mapping[str, Any] | None) -> Question:
    """Return the form of a question, filled with what was told before."""
    if slug == "city":
        return CityQuestion(data, told=told)
    if slug == "residence":
        return ResidenceQuestion(data, told=told)
    return ChoiceQuestion(data, slug=slug, told=told)
