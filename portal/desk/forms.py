"""Forms of the desk: each decision asks for its reason; nothing is chosen beforehand."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application
from applications.services import PURPOSES, Look, corrections_for, extensions_for, officers_for, refusals_for
from portal.common.forms import CheckboxRows, PortalForm, RadioRows
from portal.desk.models import NOTE_LENGTH

AS_TYPED, SEND_BACK = "as_typed", "send_back"
CONSISTENT, EXPLAINED = "consistent", "explained"


def _note(label: Any, hint: Any, *, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, help_text=hint, max_length=NOTE_LENGTH, required=required, widget=area)


class ActForm(PortalForm):
    """A decision: on which version of the case it is taken."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Application, **kwargs: Any) -> None:
        """Remember the version of the case the official has seen."""
        kwargs["initial"] = {"version": row.event_seq, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.row = row

    @property
    def is_stale(self) -> bool:
        """Whether the case moved on after the page was opened."""
        return bool(self.cleaned_data.get("version") != self.row.event_seq)


class AcceptForm(ActForm):
    """Acceptance: the materials are whole and in the form the law asks for (Administrative Licensing Law art. 32)."""

    complete = forms.BooleanField(label=gettext_lazy("材料齐全，符合法定形式"))


class ApproveForm(ActForm):
    """Approval: what the officer found, and a judgement of every difference."""

    opinion = forms.ChoiceField(
        label=gettext_lazy("核查意见"),
        widget=RadioRows,
        choices=(
            (CONSISTENT, gettext_lazy("申请、登记信息、旧证件和照片一致")),
            (EXPLAINED, gettext_lazy("有差异，核实后符合条件")),
        ),
    )

    def __init__(self, *args: Any, look: Look, **kwargs: Any) -> None:
        """Ask about every difference the comparison found, and about a spelling that is no reading of the name."""
        super().__init__(*args, **kwargs)
        self.judged: list[str] = []
        for line in look.judgements:
            asked = "".join(text for text, _marked in line.asked)
            keep = _("以本次填写的“%(value)s”为准") % {"value": asked} if asked else _("核实过，没有问题")
            self._ask(line.name, _("%(field)s不同，以哪个为准？") % {"field": line.label}, keep)
        if look.doubts and "spelling" not in self.judged:
            self._ask("reading", _("拼音和汉字的读音不一致，可以用吗？"), _("确实使用这一拼写，可以用"))
        self.order_fields([*(self.field_of(name) for name in self.judged), "opinion", "version"])

    @staticmethod
    def field_of(name: str) -> str:
        """Return the form's name for the judgement of a row."""
        return f"judge_{name}"

    def _ask(self, name: str, label: str, keep: str) -> None:
        choices = ((AS_TYPED, keep), (SEND_BACK, _("不能认定，退回补正，请本人改")))
        field = forms.ChoiceField(label=label, widget=RadioRows, choices=choices)
        field.error_messages["required"] = _("请先判断：%(question)s") % {"question": label}
        self.fields[self.field_of(name)] = field
        self.judged.append(name)

    def clean(self) -> dict[str, Any]:
        """Approval and a judgement against it exclude one another."""
        data = super().clean() or self.cleaned_data
        for name in self.judged:
            if data.get(self.field_of(name)) == SEND_BACK:
                text = _("您判断这一项要请本人改，就不能通过。请返回案件，按“退回补正”。")
                self.add_error(self.field_of(name), ValidationError(text, code="send_back"))
        if self.judged and data.get("opinion") == CONSISTENT:
            text = _("上面列着不同的地方。核实过的请选“有差异，核实后符合条件”。")
            self.add_error("opinion", ValidationError(text, code="differs"))
        return data

    def judgements(self) -> list[BoundField]:
        """Return the fields that ask for a judgement, for the review page."""
        return [self[self.field_of(name)] for name in self.judged]

    def assessment(self) -> dict[str, object]:
        """Return what is written into the audit chain: codes only."""
        judged = {name: self.cleaned_data[self.field_of(name)] for name in self.judged}
        return {"opinion": self.cleaned_data["opinion"], "judged": judged}


class ReturnForm(ActForm):
    """Return for correction: everything faulty at once."""

    names = {"codes": gettext_lazy("要补正的内容")}
    codes = forms.MultipleChoiceField(
        label=gettext_lazy("要补正什么？一次选全"),
        help_text=gettext_lazy("行政许可法第三十二条：一次告知需要补正的全部内容。申请人只能改选中的部分。"),
        widget=CheckboxRows,
    )
    note = _note(
        gettext_lazy("给申请人的说明"),
        gettext_lazy("申请人会看到。请写清楚改哪里，不要写身份证号、电话和住址。"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every correction the applicant has a page for, with its remedy."""
        super().__init__(*args, **kwargs)
        offered = corrections_for(self.row)
        field: Any = self.fields["codes"]
        field.choices = [(code, row.text) for code, row in offered.items()]
        field.widget.hints = {code: row.remedy for code, row in offered.items()}


class RefuseForm(ActForm):
    """Refusal: the article, and the facts it rests on."""

    names = {"code": gettext_lazy("法律依据")}
    code = forms.ChoiceField(
        label=gettext_lazy("依据哪一条？"),
        help_text=gettext_lazy("决定书只写条款，不写信息来自哪里。"),
        widget=RadioRows,
    )
    note = _note(
        gettext_lazy("事实和理由"),
        gettext_lazy("写进决定书，申请人会看到。请不要写第三人的情况、身份证号、电话和住址。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the articles that can bar this kind of document."""
        super().__init__(*args, **kwargs)
        articles = refusals_for(self.row.kind)
        field: Any = self.fields["code"]
        field.choices = [(row.code, row.text) for row in articles]
        field.widget.hints = {row.code: row.article for row in articles}


class CollectForm(ActForm):
    """Pick-up at the window: how the person was recognised."""

    names = {"proof": gettext_lazy("核对领取人的方式")}
    proof = forms.ChoiceField(
        label=gettext_lazy("怎么核对的领取人？"),
        widget=RadioRows,
        choices=(
            ("own_card", gettext_lazy("本人带身份证来领")),
            ("proxy", gettext_lazy("受托人带委托书和双方身份证来领")),
        ),
    )


class UnproducibleForm(ActForm):
    """A supervisor ends a case the plant cannot make."""

    note = _note(gettext_lazy("无法制证的原因"), gettext_lazy("留在案件经过里。费用会原路退回。"))


class UrgentForm(ActForm):
    """An urgent case is taken first."""

    note = _note(gettext_lazy("核对了什么"), gettext_lazy("比如看过哪份证明。留在案件经过里，申请人看不到。"))


class NotUrgentForm(ActForm):
    """A case stays in its ordinary turn."""

    note = _note(gettext_lazy("不加急的理由"), gettext_lazy("申请人会看到。请不要写身份证号、电话和住址。"))


class ExtensionForm(ActForm):
    """A longer term is proposed: which one, and why."""

    names = {"term": gettext_lazy("延长到")}
    term = forms.ChoiceField(label=gettext_lazy("延长到哪个期限？"), widget=RadioRows)
    note = _note(gettext_lazy("提请的理由"), gettext_lazy("给主管看，留在案件经过里。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the terms of this kind of document."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["term"]
        field.choices = list(extensions_for(self.row).items())


class ExtendForm(ActForm):
    """A supervisor approves a longer term."""

    note = _note(
        gettext_lazy("延长的理由"),
        gettext_lazy("申请人会看到，连同新的日期。请不要写第三人的情况、身份证号、电话和住址。"),
    )


class KeepTermForm(ActForm):
    """A supervisor leaves the term as it is."""

    note = _note(gettext_lazy("不延长的理由"), gettext_lazy("留在案件经过里，提请的人会看到。"))


class CheckForm(ActForm):
    """Another authority is asked."""

    note = _note(gettext_lazy("请哪个机关核查什么"), gettext_lazy("留在案件经过里，申请人看不到。"))


class AnswerForm(ActForm):
    """What another authority answered."""

    note = _note(gettext_lazy("核查结果"), gettext_lazy("留在案件经过里，申请人看不到。"))


class HandOverForm(ActForm):
    """Giving a held case back to the queue."""

    note = _note(gettext_lazy("给接手人的说明"), gettext_lazy("只有工作人员能看到。"))


class ReassignForm(ActForm):
    """A supervisor puts a case into somebody's hands."""

    names = {"to": gettext_lazy("接手人")}
    to = forms.ChoiceField(label=gettext_lazy("指派给谁？"), widget=RadioRows)
    note = _note(gettext_lazy("指派的原因"), gettext_lazy("接手的人会看到，也留在审计记录里。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the officers who decide for the case's authority."""
        super().__init__(*args, **kwargs)
        officers = officers_for(self.row.authority).select_related("authority")
        field: Any = self.fields["to"]
        field.choices = [(str(one.user_id), f"{one.name}（{one.authority.name}）") for one in officers]


class UnmaskForm(PortalForm):
    """Why an official needs to see numbers in full."""

    names = {"purpose": gettext_lazy("用途")}
    purpose = forms.ChoiceField(
        label=gettext_lazy("为什么要看完整号码？"),
        help_text=gettext_lazy("只显示这一次，用途留在审计记录里。"),
        widget=RadioRows,
        choices=tuple(PURPOSES.items()),
    )


class ShotForm(PortalForm):
    """A person's judgement of a picture."""

    names = {"verdict": gettext_lazy("您的判断")}
    verdict = forms.ChoiceField(
        label=gettext_lazy("这张照片能用吗？"),
        widget=RadioRows,
        choices=(("pass", gettext_lazy("能用，人工通过")), ("turn_down", gettext_lazy("不能用，请申请人重拍"))),
    )
    note = _note(gettext_lazy("理由"), gettext_lazy("留在照片的经过里。"))


def problems(reasons: Iterable[Any]) -> list[dict[str, str]]:
    """Return unmet rules as rows of the error summary."""
    return [{"text": str(reason.text), "remedy": str(reason.remedy)} for reason in reasons]
