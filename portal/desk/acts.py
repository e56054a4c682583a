"""The named acts of the desk: for each its form, its words, its key, and the one service it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications import services
from applications.models import Application
from portal.common import clock
from portal.common.acting import Acting
from portal.common.unmet import Refused, Text
from portal.desk import forms
from portal.desk.models import CaseNote


@dataclass(frozen=True)
class Act:
    """One act: `says` names its result on the button, `tells` what becomes true, `style` and `key` its looks.

    One that `is_aside` decides nothing about the request: it stands beside the case, not on the bar.
    """

    action: str
    title: Text
    says: Text
    tells: Text
    form: type[forms.ActForm]
    perform: Callable[[Application, Any, Acting], object]
    style: str = ""
    key: str = ""
    icon: str = ""
    is_aside: bool = False


def _accept(row: Application, form: forms.AcceptForm, acting: Acting) -> object:  # noqa: ARG001 - every act's signature
    return services.accept(row.pk, acting=acting)


def _approve(row: Application, form: forms.ApproveForm, acting: Acting) -> object:
    unmet = services.unmet_before_approval(row)
    if unmet:
        raise Refused(unmet)
    # Written first: what was weighed stays on record also when the rules then refuse.
    services.assess(row, acting=acting, content=form.assessment())
    return services.approve(row.pk, acting=acting)


def _return(row: Application, form: forms.ReturnForm, acting: Acting) -> object:
    told = form.cleaned_data
    return services.return_for_correction(row.pk, acting=acting, codes=told["codes"], note=told["note"])


def _refuse(row: Application, form: forms.RefuseForm, acting: Acting) -> object:
    return services.refuse(row.pk, acting=acting, code=form.cleaned_data["code"], note=form.cleaned_data["note"])


def _collect(row: Application, form: forms.CollectForm, acting: Acting) -> object:
    with transaction.atomic():
        services.assess(row, acting=acting, content={"recognised_by": form.cleaned_data["proof"]})
        return services.collect(row.pk, acting=acting)


def _unproducible(row: Application, form: forms.UnproducibleForm, acting: Acting) -> object:
    return services.declare_unproducible(row.pk, acting=acting, note=form.cleaned_data["note"])


def _propose_extension(row: Application, form: forms.ExtensionForm, acting: Acting) -> object:
    told = form.cleaned_data
    return services.propose_extension(row.pk, code=told["term"], acting=acting, note=told["note"])


def _noted(service: Callable[..., object]) -> Callable[[Application, Any, Acting], object]:
    """Return an act whose form asks for the note alone."""
    return lambda row, form, acting: service(row.pk, acting=acting, note=form.cleaned_data["note"])


def _hand_over(row: Application, form: forms.HandOverForm, acting: Acting) -> object:
    with transaction.atomic():
        services.hand_over(row.pk, acting=acting, note=form.cleaned_data["note"])
        return leave_note(row, CaseNote.HANDED_OVER, form.cleaned_data["note"], acting)


def _reassign(row: Application, form: forms.ReassignForm, acting: Acting) -> object:
    told = form.cleaned_data
    with transaction.atomic():
        services.reassign(row.pk, to=told["to"], acting=acting, note=told["note"])
        return leave_note(row, CaseNote.REASSIGNED, told["note"], acting)


def leave_note(row: Application, occasion: str, text: str, acting: Acting) -> CaseNote:
    """Keep an official's note to the next one."""
    return CaseNote.objects.create(
        application_id=row.pk, occasion=occasion, author_id=acting.id, at=clock.now(), text=text
    )


# Acts that change the status; whether one is open is the lifecycle's to say.
DECISIONS: Mapping[str, Act] = {
    act.action: act
    for act in (
        Act(
            "accept",
            _("受理"),
            _("受理这件申请"),
            _("办理时限从今天起算，费用按今天的标准定。"),
            forms.AcceptForm,
            _accept,
            "p-btn--2",
            "s",
        ),
        Act(
            "refuse",
            pgettext_lazy("act", "不予批准"),
            _("作出不予批准的决定"),
            _("申请人会收到决定书，写明条款和救济办法。同一张表里依附它的签注也不予批准。"),
            forms.RefuseForm,
            _refuse,
            "p-btn--no",
            "x",
        ),
        Act(
            "return",
            _("退回补正"),
            _("退回申请人补正"),
            _("申请人有 7 天时间改好再交，过期失效；等待的日子不算进办理时限。"),
            forms.ReturnForm,
            _return,
            "p-btn--2",
            "r",
        ),
        Act(
            "approve",
            pgettext_lazy("act", "通过"),
            _("审核通过"),
            _("资格规则会再算一遍，然后申请人有 7 天时间缴费。"),
            forms.ApproveForm,
            _approve,
            "",
            "a",
            "check",
        ),
        Act(
            "collect",
            _("窗口领取"),
            _("登记已领取"),
            _("这件申请就办结了。"),
            forms.CollectForm,
            _collect,
            "",
            "a",
            "check",
        ),
        Act(
            "declare_unproducible",
            _("无法制证"),
            _("登记无法制证"),
            _("申请就此结束，旧证件恢复有效，费用退回。"),
            forms.UnproducibleForm,
            _unproducible,
            "p-btn--no",
            "x",
        ),
        Act(
            "confirm_urgency",
            _("同意加急"),
            _("按急事急办"),
            _("优先办理；护照的时限改为收到材料后 5 个工作日。申请人会收到消息。"),
            forms.UrgentForm,
            _noted(services.confirm_urgency),
            is_aside=True,
        ),
        Act(
            "decline_urgency",
            _("不同意加急"),
            _("按普通期限办"),
            _("回到普通队列，时限不变。申请人会收到消息，理由写在进度页。"),
            forms.NotUrgentForm,
            _noted(services.decline_urgency),
            is_aside=True,
        ),
        Act(
            "propose_extension",
            _("提请延长时限"),
            _("提请主管延长"),
            _("主管批准以前，时限不变。"),
            forms.ExtensionForm,
            _propose_extension,
            is_aside=True,
        ),
        Act(
            "extend",
            _("批准延长时限"),
            _("批准延长"),
            _("时限按新的期限重算，申请人会收到消息，写明新的日期。"),
            forms.ExtendForm,
            _noted(services.extend),
            is_aside=True,
        ),
        Act(
            "decline_extension",
            _("不同意延长"),
            _("时限不变"),
            _("时限不变，理由留在案件经过里。"),
            forms.KeepTermForm,
            _noted(services.decline_extension),
            is_aside=True,
        ),
        Act(
            "ask_elsewhere",
            _("请其他机关核查"),
            _("开始核查"),
            _("办理时限停在今天，结果登记以后接着算；申请人会收到消息。您的认领解除。"),
            forms.CheckForm,
            _noted(services.ask_elsewhere),
            is_aside=True,
        ),
        Act(
            "note_answer",
            _("登记核查结果"),
            _("登记结果，时限接着算"),
            _("办理时限从今天接着算，这件申请回到队列。"),
            forms.AnswerForm,
            _noted(services.note_answer),
            is_aside=True,
        ),
    )
}

# Acts on the claim; the status stays.
HAND_OVER = Act(
    "hand_over",
    _("转交"),
    _("交回队列"),
    _("您的认领解除，这件申请回到队列，谁都可以认领。"),
    forms.HandOverForm,
    _hand_over,
    "p-btn--3",
    "t",
)
REASSIGN = Act(
    "reassign",
    _("指派"),
    _("指派"),
    _("这件申请马上到对方名下，原来的认领解除。"),
    forms.ReassignForm,
    _reassign,
    "p-btn--3",
)


def open_acts(row: Application, acting: Acting) -> list[Act]:
    """Return the acts open to an official now, in the order of their buttons."""
    wanted = {transition.action for transition in services.open_to(row, acting)}
    return [act for act in DECISIONS.values() if act.action in wanted]
