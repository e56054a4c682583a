"""What applicants are told about their form and its applications: codes, texts, and to whom they go."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import receipts
from applications.models import WINDOW, Application, Submission
from documents import catalog
from documents.models import Wish
from portal.accounts.services import may_act, recipients
from portal.common import clock
from portal.common.phrases import listed
from portal.common.registry import MessageSpec, Texted, Told
from portal.common.templatetags.portal import day

_LINK = "applications:track"
# Nothing is paid in cash: who signs in and proves who they are finds the form there, and pays.
_ADVICE = _(
    "缴费、补正、看理由：用手机号登录，做完实名认证，打开“我的申请”；自己办不了，带身份证到受理的窗口，请工作人员帮您登录。"
    "不登录查进度：查询码 {reference}，网址"
)
_SAMPLE = {"kind": catalog.PASSPORT, "receipt": "4201002611090017", "by": "2026-11-20", "due": "2026-11-20"}


def _of_application(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    row = Application.objects.select_related("submission__beneficiary").get(pk=subject)
    # Deadlines end at 24:00: the day to name is the one that ends then.
    by = row.correct_by if row.status == "returned" else row.pay_by
    params: dict[str, str | int] = {
        "kind": row.kind,
        "receipt": row.receipt,
        "by": clock.last_day(by).isoformat() if by else "",
        "due": row.due_on.isoformat() if row.due_on else "",
        "endorsement": f"{row.destination}-{row.endorsement_type}-{row.option}" if row.is_endorsement else "",
        "fell": "permit" if row.status == "refused" and not row.reason_codes else "",
    }
    return told_of(row.submission, params, _LINK)


def _of_submission(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    submission = Submission.objects.select_related("beneficiary").get(pk=subject)
    numbers = submission.applications.order_by("position").values_list("receipt", flat=True)
    params: dict[str, str | int] = {"receipts": ",".join(numbers), "count": len(numbers)}
    return told_of(submission, params, _LINK)


def told_of(submission: Submission, params: Mapping[str, str | int], link: str) -> Told:
    """Return whom to tell of a form: sign-ins, or by text message whoever was taken in at a counter without one.

    The text goes to the phone on the form; a page behind a sign-in would not help there: the public look-up does.
    """
    told = recipients(submission.beneficiary, filer_id=submission.filer_id)
    phone = str(submission.answers.get("contact", {}).get("phone", ""))
    texted = None
    # Online a filer who may no longer act for the person may have given their own phone.
    if not told and phone and submission.channel == WINDOW:
        advice = format_lazy(_ADVICE, reference=submission.reference)
        texted = Texted(phone, settings.LANGUAGE_CODE, reverse("applications:lookup"), advice)
    return Told(told, params, link, (submission.reference,), texted)


def _named(kind: str, endorsement: str) -> str:
    """Return the name of what was asked for: the document, or where an endorsement is for, what and how often."""
    if not endorsement:
        return catalog.kind(kind).label
    return catalog.endorsement_label(*endorsement.split("-")) + gettext("签注")


def _after(*, is_endorsement: bool, fell: bool) -> dict[str, object]:
    """Return the words that differ between a document and an endorsement, and where nobody refused what has ended."""
    if fell:
        refused = gettext("随同一张表里没有办成的通行证结束，没有收费。")
    else:
        refused = gettext("不予批准。请打开查看法律依据，以及怎么申请复议或者起诉。")
    if is_endorsement:
        return {
            "refused": refused,
            "making": gettext("签发后通知您。"),
            "unmade": gettext("没有签发，缴的费用原路退回。"),
            "check": gettext("已拿到。请核对前往地、次数和有效期"),
        }
    return {
        "refused": refused,
        "making": gettext("制证中心 3 个工作日内做好。"),
        "unmade": gettext("无法制证，缴的费用原路退回。旧证件没有报失的，继续有效。"),
        "check": gettext("已签收。请核对姓名和有效期"),
    }


def _of_wish(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    wish = Wish.objects.select_related("person").get(pk=subject)
    # Whoever has no account of their own is found behind the page of those one acts for.
    link = "applications:start" if wish.person.user_id else "accounts:helpers"
    return Told(may_act(wish.person), {"wished": wish.kind, "category": wish.category}, link)


def _present_wish(params: Mapping[str, object]) -> dict[str, object]:
    kind, category = str(params["wished"]), str(params["category"])
    return {"wished": catalog.kind(kind).label, "category": catalog.category(category).label}


def _present(params: Mapping[str, object]) -> dict[str, object]:
    shown = dict(params)
    if "kind" in params:
        shown["kind"] = _named(str(params["kind"]), str(params.get("endorsement", "")))
        shown |= _after(is_endorsement=bool(params.get("endorsement")), fell=bool(params.get("fell")))
        shown["receipt"] = receipts.spoken(str(params["receipt"]))
        for name in ("by", "due"):
            shown[name] = day(date.fromisoformat(str(params[name]))) if params[name] else ""
    if "receipts" in params:
        shown["receipts"] = listed(receipts.spoken(one) for one in str(params["receipts"]).split(","))
    return shown


def _application(code: str, title: object, body: object) -> MessageSpec:
    return MessageSpec(
        f"application.{code}",
        title,  # type: ignore[arg-type]
        body,  # type: ignore[arg-type]
        _of_application,
        present=_present,
        sample=_SAMPLE,
    )


SPECS = (
    MessageSpec(
        "submission.filed",
        _("申请已提交"),
        _("您提交了 %(count)s 件申请，受理编号 %(receipts)s。审核人员接着办，进度随时可以查。"),
        _of_submission,
        present=_present,
        sample={"receipts": "4201002611090017", "count": 1},
    ),
    _application("accepted", _("申请已受理"), _("%(kind)s申请 %(receipt)s 已受理，%(due)s前有结果。")),
    _application(
        "returned",
        _("请补正材料"),
        _("%(kind)s申请 %(receipt)s 需要补正（补齐或改正材料）。请在%(by)s 24:00 前改好再提交，过期申请失效。"),
    ),
    _application(
        "urgency_confirmed",
        _("按急事急办优先办理"),
        _("%(kind)s申请 %(receipt)s 按急事急办优先办理，%(due)s前有结果。"),
    ),
    _application(
        "urgency_declined",
        _("没有按急事急办"),
        _("%(kind)s申请 %(receipt)s 按普通期限办理，%(due)s前有结果。理由写在进度页。"),
    ),
    _application(
        "checking",
        _("正在请其他机关核查"),
        _("%(kind)s申请 %(receipt)s 要请其他机关核查。核查的日子不算进办理时限，结果到了接着办，您不用做什么。"),
    ),
    _application(
        "extended",
        _("办理时限延长了"),
        _("%(kind)s申请 %(receipt)s 的办理时限延长到%(due)s。延长的理由写在进度页。"),
    ),
    _application(
        "approved",
        _("审核通过，请缴费"),
        _("%(kind)s申请 %(receipt)s 审核通过。请在%(by)s 24:00 前缴费，过期申请失效。"),
    ),
    _application(
        "refused",
        _("申请没有获准"),
        _("%(kind)s申请 %(receipt)s %(refused)s"),
    ),
    _application("withdrawn", _("申请已撤回"), _("%(kind)s申请 %(receipt)s 已按您的要求撤回。")),
    _application("lapsed", _("申请已失效"), _("%(kind)s申请 %(receipt)s 过了期限，已失效。需要时可以重新申请。")),
    _application("paid", _("已收到缴费"), _("%(kind)s申请 %(receipt)s 已缴费，%(making)s")),
    _application(
        "unproducible",
        _("没有办成，费用退回"),
        _("%(kind)s申请 %(receipt)s %(unmade)s"),
    ),
    _application("issued", _("新证件制好了"), _("%(kind)s已经制好，旧证件同时作废，旧证件里有效的签证可以继续用。")),
    _application(
        "endorsed",
        _("签注签发了"),
        _(
            "%(kind)s已经签发。和通行证一起办的，写在新证上一起给您；单独办的，请带通行证到出入境窗口或自助签注设备写入。"
        ),
    ),
    _application("mailed", _("证件已寄出"), _("%(kind)s已交快递，邮费到付，单号在进度页。")),
    _application("delivered", _("办好了"), _("%(kind)s%(check)s，有误请拨打 12367。")),
    _application("bounced", _("快递被退回"), _("%(kind)s没有送到，已退回发证机关。请核对地址重新寄送，或者改为自取。")),
    MessageSpec(
        "wish.open",
        _("您等的事项可以网上办了"),
        _("您留过开通提醒的%(wished)s%(category)s，现在可以在网上办了。"),
        _of_wish,
        present=_present_wish,
        sample={"wished": catalog.PASSPORT, "category": "replace"},
    ),
)
