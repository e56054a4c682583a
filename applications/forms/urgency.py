"""The page that asks whether a form is urgent: optional, with a reason and what proves it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications import answers, urgency
from applications.forms.pages import PageForm
from portal.common.forms import RadioRows
from portal.common.unmet import Unmet

ORDINARY = "ordinary"


class UrgencyForm(PageForm):
    """Why it is urgent, or that it is not."""

    label_is_heading = "reason"
    names = {"reason": _("加急原因"), "statement": _("情况说明")}
    reason = forms.ChoiceField(
        label=_("需要加急吗？"),
        help_text=_("可以不填。加急不多收费；审核人员确认以后优先办理，护照收到材料后 5 个工作日内办结。"),
    )
    statement = forms.CharField(
        label=_("情况说明"),
        help_text=_("加急的要写：哪天要用、去哪里，10 到 500 个字。证明在“所需材料”里上传，核实以后才按加急办。"),
        required=False,
        widget=forms.Textarea,
    )

    def prepare(self) -> None:
        """Offer the reasons this person may give, each with its proof."""
        reasons = urgency.reasons_for(self.basis.person)
        field: Any = self.fields["reason"]
        field.widget = RadioRows(hints={code: urgency.proof_of(code) for code in reasons})
        field.choices = [(ORDINARY, _("不用加急")), *((code, row.name) for code, row in reasons.items())]

    def start(self) -> Mapping[str, Any]:
        """Begin with what was said; nothing said means ordinary."""
        return super().start() or {"reason": ORDINARY}

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Keep nothing of a form that is not urgent."""
        made = super().part(values)
        return {} if made["reason"] == ORDINARY else made

    def clean(self) -> dict[str, Any]:
        """Ask which holds, where somebody tells what is urgent and chose that nothing is."""
        cleaned = super().clean()
        said = str(cleaned.get("statement") or "").strip()
        # What was saved with a reason goes with it when somebody changes their mind.
        if cleaned.get("reason") == ORDINARY and said not in ("", self.basis.kept.get("statement")):
            text, remedy = _("选了不用加急，又写了加急的情况。"), _("要加急，请选原因；不加急，请清空情况说明。")
            self.refuse([Unmet("urgency.contradiction", text, remedy=remedy, field="reason")])
        return cleaned

    def unmet(self, part: Mapping[str, Any]) -> list[Unmet]:
        """What is missing."""
        return answers.urgency_unmet(part)
