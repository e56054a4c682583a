"""Owns the conditions on an endorsement: type, option, place, the permit under it, and one of a kind at a time."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from applications.eligibility.person import AT_THE_WINDOW, PILOT, group_of
from applications.eligibility.shapes import ENDORSE, Facts, Live, Want
from documents import catalog
from documents.services import Scope
from portal.common.unmet import Text, Unmet

_GUIDE = _("往来港澳、往来台湾签注办事指南")


def variants(facts: Facts, want: Want) -> tuple[catalog.Endorsement, ...]:
    """Return the variants of the endorsement asked for that offer its option to this person."""
    rows = catalog.endorsements_for(want.kind, want.destination, on=facts.on, letter=want.letter)
    found = [
        row
        for row in rows
        if row.is_accompanying == want.is_accompanying and _offers(row, want) and _covers(row, facts)
    ]
    # Whom an enterprise lists needs none of the papers that the same option takes from others.
    return tuple(sorted(found, key=lambda row: not (facts.firms and _is_of_firms(row))))


def offered(facts: Facts, kind: str, destination: str) -> tuple[catalog.Endorsement, ...]:
    """Return the variants for a destination that are open where this person lives."""
    return tuple(row for row in catalog.endorsements_for(kind, destination, on=facts.on) if _covers(row, facts))


def unmet_of_endorsement(facts: Facts, want: Want, wants: Sequence[Want], scope: Scope) -> list[Unmet]:
    """Return what keeps the endorsement from being asked for online; `wants` is the whole form it stands on."""
    return (
        _wrong_destination(want)
        or _not_offered(facts, want)
        or _not_for_them(facts, want)
        or [
            *_twice(facts, want, wants),
            *_without_permit(facts, want, wants),
            *_not_open(facts, want, scope),
        ]
    )


def _offers(row: catalog.Endorsement, want: Want) -> bool:
    if want.option in row.options.get(want.destination, ()):
        return True
    try:
        return want.destination in row.approved_destinations and catalog.option(want.option).is_multiple
    except catalog.NotInCatalogue:
        return False


def _covers(row: catalog.Endorsement, facts: Facts) -> bool:
    """Tell whether the person lives where it is for: by household, or by residence permit where that counts.

    What is for the staff of registered enterprises goes by the enterprise's place, once it has been looked up.
    """
    if _is_of_firms(row) and facts.firms is not None:
        return any(not row.places or catalog.is_in(row.places, firm, on=facts.on) for firm in facts.firms)
    if not row.places:
        return True
    homes = [facts.hukou_code] if row.is_hukou_only else [facts.hukou_code, facts.residence_code]
    return any(catalog.is_in(row.places, home, on=facts.on) for home in homes)


def _is_of_firms(row: catalog.Endorsement) -> bool:
    return "registered_firm" in row.materials


def _refused(code: str, text: Text, remedy: Text, want: Want) -> list[Unmet]:
    return [Unmet(code, text, _GUIDE, remedy, want.field)]


def _wrong_destination(want: Want) -> list[Unmet]:
    kind = catalog.KINDS.get(want.kind)
    if kind is not None and want.destination in kind.destinations:
        return []
    text = _("这种通行证没有去那里的签注。")
    return _refused("destination_wrong", text, _("往来港澳通行证去香港、澳门，往来台湾通行证去台湾。"), want)


def _not_offered(facts: Facts, want: Want) -> list[Unmet]:
    """The type and its option are in force on the day; told apart: over or not begun, and in no list at all."""
    ever = [
        row
        for row in catalog.ENDORSEMENTS.values()
        if row.kind == want.kind and row.letter == want.letter and want.destination in row.destinations
    ]
    if not ever:
        return _refused("endorsement_unknown", _("没有这种签注。"), _("请选列出的种类。"), want)
    now = [row for row in ever if row.ground.holds_on(facts.on)]
    if any(_offers(row, want) for row in now):
        return []
    listed = _("请选列出的次数和期限。")
    if not now or any(_offers(row, want) for row in ever):
        remedy = listed if now else _("恢复办理时会公告。")
        return _refused("endorsement_closed", _("这种签注现在不办理。"), remedy, want)
    return _refused("option_not_offered", _("这种签注没有这个次数和期限。"), listed, want)


def _not_for_them(facts: Facts, want: Want) -> list[Unmet]:
    """The person lives where the option is for, and belongs to nobody it leaves out."""
    rows = variants(facts, want)
    if not rows and facts.firms is not None and variants(replace(facts, firms=None), want):
        text = _("您不在已备案单位的名单里。")
        remedy = _("请单位经办人先办商务备案，把您列进名单；或者改选一次往返，带单位材料办。")
        return _refused("firm_not_registered", text, remedy, want)
    if not rows:
        text = _("户口和居住证所在的城市不在这种签注的开放范围里。")
        return _refused("place_not_covered", text, _("可以改选其他种类，例如团队旅游。"), want)
    if (facts.state_employee or facts.military) and all(row.excludes_registered for row in rows):
        text = _("登记备案的国家工作人员和现役军人不能办这种签注。")
        return _refused("group_not_covered", text, _("请选列出的次数和期限。"), want)
    return []


def _twice(facts: Facts, want: Want, wants: Sequence[Want]) -> list[Unmet]:
    same = [one for one in wants if one.is_endorsement and one.destination == want.destination]
    if len([one for one in same if one.letter == want.letter]) > 1:
        text = _("同一前往地的同一种签注一次只能申请一个。")
        return _refused("endorsement_twice", text, _("请去掉其中一个。"), want)
    # Those on a card that the same form replaces end with it.
    is_replaced = any(one.kind == want.kind and not one.is_endorsement for one in wants)
    if not is_replaced and Live(want.destination, want.letter) in facts.endorsed:
        text = _("您已经有去那里的同一种签注，还没有用完。")
        return _refused("endorsement_live", text, _("用完或到期后再申请。"), want)
    return []


def _without_permit(facts: Facts, want: Want, wants: Sequence[Want]) -> list[Unmet]:
    """A valid permit is needed, and it must outlast the endorsement; one asked for on the same form counts."""
    if any(one.kind == want.kind and not one.is_endorsement for one in wants):
        return []
    held = [one for one in facts.held(want.kind) if one.state == "valid" and one.expires_on >= facts.on]
    if not held:
        text = _("签注要办在有效的通行证上。")
        return [
            Unmet(
                "permit_missing",
                text,
                _GUIDE,
                _("请在同一张表上换发或补发通行证，或者到窗口首次申领。"),
                want.field,
                ("E4",),
            )
        ]
    permit = max(held, key=lambda one: one.expires_on)
    if catalog.shift_months(facts.on, catalog.option(want.option).months) > permit.expires_on:
        text = _("通行证会比签注先到期。")
        if catalog.is_expiring(permit.expires_on, on=facts.on):
            remedy: Text = _("请在同一张表上先换发通行证。")
        else:
            remedy = _("请选短一些的签注，或者到窗口先换发通行证。")
        return _refused("permit_too_short", text, remedy, want)
    return []


def _not_open(facts: Facts, want: Want, scope: Scope) -> list[Unmet]:
    city, group = facts.hukou_code, group_of(facts)
    if city and scope.opens_to(group, city=city) and not scope.opens(want.kind, ENDORSE, city=city, group=group):
        return [Unmet("E3", _("这种签注不能网上申请。"), PILOT, AT_THE_WINDOW, want.field)]
    return []
