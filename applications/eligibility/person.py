"""Owns the conditions on the person: E1, E2, E5, E7 and X1, X2, X4, whatever is asked for."""

from django.utils.translation import gettext_lazy as _

from applications.eligibility.shapes import Facts
from documents import catalog
from documents.services import ADULT, MILITARY, MINOR, STATE_EMPLOYEE, Scope
from portal.common.unmet import Unmet

MINIMUM_AGE = 16
PILOT = _("国家移民管理局公告：换发补发出入境证件“全程网办”（2024年4月28日）")
AT_THE_WINDOW = _("请到出入境窗口办理，窗口在全国任何城市都可以办。")
_EXIT_LAW = _("《中华人民共和国出境入境管理法》第十二条")


def group_of(facts: Facts) -> str:
    """Return the group of applicants the person counts as when the scope is asked."""
    if facts.military:
        return MILITARY
    if facts.state_employee:
        return STATE_EMPLOYEE
    return MINOR if catalog.age_on(facts.born, facts.on) < MINIMUM_AGE else ADULT


def unmet_of_person(facts: Facts, scope: Scope) -> list[Unmet]:
    """Return what keeps the person, whatever they ask for, from applying online."""
    unmet = []
    in_scope = bool(facts.hukou_code) and scope.covers_city(facts.hukou_code)

    def is_open_to(group: str) -> bool:
        # A group that is open in another city is not open here.
        return in_scope and scope.opens_to(group, city=facts.hukou_code)

    if not in_scope:
        text = _("户口所在城市还没有开通网上办理。居住证不能代替户口。")
        unmet.append(Unmet("E1", text, PILOT, AT_THE_WINDOW, "city"))
    if catalog.age_on(facts.born, facts.on) < MINIMUM_AGE and not is_open_to(MINOR):
        unmet.append(Unmet("E2", _("未满 16 周岁。"), PILOT, _("请由监护人陪同到窗口办理。"), "born"))
    if not facts.fingerprints:
        remedy = _("请到窗口采集指纹，下次就能网上办。")
        unmet.append(Unmet("E5", _("以前办证没有留过指纹。"), PILOT, remedy, "fingerprints"))
    if not facts.in_mainland:
        remedy = _("护照请找中国驻外使领馆；往来港澳、台湾通行证请回内地后办理。")
        unmet.append(Unmet("E7", _("您现在不在内地。"), PILOT, remedy, "in_mainland"))
    with_consent = _("请带单位同意的意见到窗口办理。")
    if facts.state_employee and not is_open_to(STATE_EMPLOYEE):
        unmet.append(Unmet("X1", _("登记备案的国家工作人员不能网上办。"), PILOT, with_consent, "identity"))
    if facts.military and not is_open_to(MILITARY):
        unmet.append(Unmet("X2", _("现役军人、武警不能网上办。"), PILOT, with_consent, "identity"))
    if facts.exit_barred:
        # The article is given, never who asked for the bar or why.
        remedy = _("请到窗口了解情况，或者拨打 12367。")
        unmet.append(Unmet("X4", _("按法律规定暂时不能办理。"), _EXIT_LAW, remedy, "exit"))
    return unmet
