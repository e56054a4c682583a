"""Owns the conditions on a document that is asked for: E3, E4, E6 and X3, X5."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from applications.eligibility.person import AT_THE_WINDOW, PILOT, group_of
from applications.eligibility.shapes import REPORTED, Facts, Held, Want
from documents import catalog
from documents.services import Scope
from portal.common.unmet import Unmet

# States of a document that are themselves a trigger of a reissue.
_GONE = (*REPORTED, "damaged")
_PASSPORT_LAW_11 = _("《中华人民共和国护照法》第十一条")
_REPLACED = _("普通护照、往来港澳通行证、往来台湾通行证办事指南：有效证件换发、补发")
_ANNOTATED = _("《中华人民共和国普通护照和出入境通行证签发管理办法》")
_NOT_ONLINE = _("这种证件不能网上换发或补发。")


def unmet_of_document(facts: Facts, want: Want, scope: Scope) -> list[Unmet]:
    """Return what keeps this one document from being asked for online; the first reason found, as one line."""
    return (
        _outside(facts, want, scope)
        or _not_replaced(facts, want)
        or _not_open(facts, want, scope)
        or _not_held(facts, want)
        or _wrong_reason(want, scope)
        or _no_trigger(facts, want)
    )


def unmet_of_document_at_counter(facts: Facts, want: Want) -> list[Unmet]:
    """Return what keeps this one document from being taken in for a person present; the first reason found.

    Pilot, group, category and reason are open at every window. What holds everywhere: the kind is issued on the form,
    a first document goes to who holds none, and a replacement needs a live one and its trigger.
    """
    if want.kind not in catalog.FORM_KINDS or want.asked == "annotate":
        remedy = _("请按窗口的其他事项受理。")
        return [Unmet("kind_elsewhere", _("这种证件或加注不在这张表上办。"), PILOT, remedy, want.kind)]
    if want.asked in ("first", "lapsed"):
        return _still_held(facts, want)
    return _not_held(facts, want) or _contradictory(want) or _no_trigger(facts, want)


def twice(want: Want, wants: Sequence[Want]) -> list[Unmet]:
    """Return the reason against one kind asked for more than once on a form; several annotations are one visit."""
    same = [one for one in wants if one.kind == want.kind and not one.is_endorsement and one.asked != "annotate"]
    if want not in same or len(same) == 1:
        return []
    text, remedy = _("同一种证件一次只能申请一本。"), _("请去掉其中一个。")
    return [Unmet("document_twice", text, _REPLACED, remedy, want.kind)]


def _still_held(facts: Facts, want: Want) -> list[Unmet]:
    if not any(document.is_live(facts.on) for document in facts.held(want.kind)):
        return []
    remedy = _("请按换发或补发办，选对应的原因。")
    return [Unmet("still_held", _("申请人有这种证件，还没有过期或作废。"), _REPLACED, remedy, want.kind)]


def _outside(facts: Facts, want: Want, scope: Scope) -> list[Unmet]:
    """E3: the kind is none of those the pilot is for, whatever is asked; what else holds is told with it."""
    # Before the first revision nothing is open anywhere, which is said of the person.
    if want.kind in (scope.kinds or catalog.FORM_KINDS):
        return []
    beside = _not_replaced(facts, want) or _not_held(facts, want)
    also = tuple(code for reason in beside for code in (reason.code, *reason.also))
    return [Unmet("E3", _NOT_ONLINE, PILOT, AT_THE_WINDOW, want.kind, also)]


def _not_replaced(facts: Facts, want: Want) -> list[Unmet]:
    """X3, X5: only a replacement or reissue of the same kind, with nothing changed about the person."""
    if want.identity_changed or want.reason == "identity_changed":
        text = _("姓名、性别、出生日期或身份证号有变更。")
        return [Unmet("X5", text, _PASSPORT_LAW_11, AT_THE_WINDOW, want.kind)]
    if want.asked in ("first", "lapsed"):
        if not any(document.is_live(facts.on) for document in facts.held(want.kind)):
            return _not_held(facts, want)
        return [Unmet("X3", _("首次申领和失效后重新申领要到窗口办理。"), PILOT, AT_THE_WINDOW, want.kind)]
    if want.asked == "annotate" and want.kind != catalog.PASSPORT:
        text, remedy = _("只有普通护照可以加注。"), _("请选换发或补发。")
        return [Unmet("annotation_unknown", text, _ANNOTATED, remedy, want.kind)]
    if want.asked == "annotate":
        return [Unmet("annotation", _("护照加注要到窗口办理，不收费。"), PILOT, AT_THE_WINDOW, want.kind)]
    return []


def _not_open(facts: Facts, want: Want, scope: Scope) -> list[Unmet]:
    """E3: the scope opens the kind in this category to the person's city and group."""
    # A city or a group that is not open at all is said once, of the person.
    city, group = facts.hukou_code, group_of(facts)
    is_closed = scope.opens_to(group, city=city) and not scope.opens(want.kind, want.asked, city=city, group=group)
    if want.asked and city and is_closed:
        return [Unmet("E3", _NOT_ONLINE, PILOT, AT_THE_WINDOW, want.kind)]
    return []


def _wrong_reason(want: Want, scope: Scope) -> list[Unmet]:
    """E6: the reason is among those the scope opens."""
    if scope.reasons and scope.reason(want.kind, want.reason) is None:
        return [Unmet("E6", _("换发补发的原因不在网上办理的范围里。"), PILOT, AT_THE_WINDOW, want.kind)]
    return _contradictory(want)


def _contradictory(want: Want) -> list[Unmet]:
    """E6: the reason is one for the category asked for; article 11 names damage under both."""
    if want.reason in ("", "damaged") or want.reason not in catalog.REASONS:
        return []
    if catalog.reason(want.reason).category == want.asked:
        return []
    remedy = _("快到期、签证页用完的选换发；遗失、被盗、损坏的选补发。")
    return [Unmet("E6", _("原因和换发、补发对不上。"), _PASSPORT_LAW_11, remedy, want.kind)]


def _not_held(facts: Facts, want: Want) -> list[Unmet]:
    """E4, X3: a document of the same kind is held, and neither ended nor expired."""
    held = facts.held(want.kind)
    if not held:
        text = _("您没有这种证件的记录，首次申领要到窗口办理。")
        return [Unmet("X3", text, PILOT, AT_THE_WINDOW, want.kind, ("E4",))]
    if not _live(facts, want):
        return [Unmet("E4", _("这本证件已经过期或作废。"), PILOT, AT_THE_WINDOW, want.kind, ("X3",))]
    return []


def _no_trigger(facts: Facts, want: Want) -> list[Unmet]:
    """E6: any one of the four triggers holds; what the applicant swears to (loss, damage) is taken as said.

    It is looked for on the one document that ends when the new one is issued; cards have no visa pages.
    """
    document = max(_live(facts, want), key=lambda held: held.rank(facts.on))
    if document.state in _GONE or (document.pages_used and want.kind == catalog.PASSPORT):
        return []
    if want.reason == "expiring" and not catalog.is_expiring(document.expires_on, on=facts.on):
        text = _("证件有效期还有 6 个月以上，还不能因快到期换发。")
        remedy = _("如果证件损坏、遗失或签证页用完，请选对应的原因。")
        return [Unmet("E6", text, PILOT, remedy, want.kind)]
    expiring = catalog.is_expiring(document.expires_on, on=facts.on)
    if want.reason == "pages_used" and document.pages_used is False and not expiring:
        text = _("护照还有空白的签证页。")
        return [Unmet("E6", text, PILOT, _("签证页用完时再来换发。"), want.kind)]
    return []


def _live(facts: Facts, want: Want) -> list[Held]:
    return [document for document in facts.held(want.kind) if _counts(document, want) and document.is_live(facts.on)]


def _counts(document: Held, want: Want) -> bool:
    """Tell whether a document can be replaced for the reason: one reported lost only as lost, stolen only as stolen."""
    return document.state in ("valid", "damaged", want.reason)
