"""Who may renew fully online: conditions E1–E7 and exclusions X1–X5 of the pilot as one function with reasons."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from documents import catalog
from documents.services import Scope
from portal.common.unmet import Unmet

MINIMUM_AGE = 16
_PILOT = _("国家移民管理局公告：换发补发出入境证件“全程网办”（2024年4月28日）")
_EXIT_LAW = _("《中华人民共和国出境入境管理法》第十二条")
_WINDOW = _("请到出入境窗口办理，窗口在全国任何城市都可以办。")


@dataclass(frozen=True)
class Held:
    """A document somebody holds: `state` is valid, lost, stolen, damaged or void."""

    kind: str
    expires_on: date
    state: str = "valid"
    pages_used: bool = False


@dataclass(frozen=True)
class Facts:
    """What the rules look at: the day, the person, and what they hold; from registers or from answers."""

    on: date
    born: date
    hukou_code: str
    state_employee: bool
    military: bool
    fingerprints: bool
    exit_barred: bool
    in_mainland: bool
    holds: tuple[Held, ...]

    def as_filed(self, filed: "Facts") -> "Facts":
        """Return the facts for approval.

        Age, household, documents, fingerprints and place count as at filing; state employment, service and exit
        bars are those of today.
        """
        return replace(filed, state_employee=self.state_employee, military=self.military, exit_barred=self.exit_barred)


@dataclass(frozen=True)
class Want:
    """One request: kind, category and reason; `identity_changed` for a change of name, sex, number or birth data."""

    kind: str
    reason: str
    identity_changed: bool = False


def unmet_of_person(facts: Facts, scope: Scope) -> list[Unmet]:
    """Return what keeps the person, whatever they ask for, from applying online."""
    unmet = []
    if not facts.hukou_code or not scope.covers_city(facts.hukou_code):
        unmet.append(
            Unmet(
                "E1",
                _("户口所在城市还没有开通网上办理。居住证不能代替户口。"),
                _PILOT,
                _WINDOW,
                "city",
            )
        )
    if catalog.age_on(facts.born, facts.on) < MINIMUM_AGE:
        unmet.append(Unmet("E2", _("未满 16 周岁。"), _PILOT, _("请由监护人陪同到窗口办理。"), "born"))
    if not facts.fingerprints:
        unmet.append(
            Unmet("E5", _("以前办证没有留过指纹。"), _PILOT, _("请到窗口采集指纹，下次就能网上办。"), "fingerprints")
        )
    if not facts.in_mainland:
        unmet.append(
            Unmet(
                "E7",
                _("您现在不在内地。"),
                _PILOT,
                _("护照请找中国驻外使领馆；往来港澳、台湾通行证请回内地后办理。"),
                "in_mainland",
            )
        )
    if facts.state_employee:
        unmet.append(
            Unmet(
                "X1", _("登记备案的国家工作人员不能网上办。"), _PILOT, _("请带单位同意的意见到窗口办理。"), "identity"
            )
        )
    if facts.military:
        unmet.append(
            Unmet("X2", _("现役军人、武警不能网上办。"), _PILOT, _("请带单位同意的意见到窗口办理。"), "identity")
        )
    if facts.exit_barred:
        # The article is given, never who asked for the bar or why.
        unmet.append(
            Unmet("X4", _("按法律规定暂时不能办理。"), _EXIT_LAW, _("请到窗口了解情况，或者拨打 12367。"), "exit")
        )
    return unmet


def unmet_of_want(facts: Facts, want: Want, scope: Scope) -> list[Unmet]:  # noqa: PLR0911 - one return a rule
    """Return what keeps this one request from being made online."""
    if want.identity_changed:
        return [
            Unmet(
                "X5",
                _("姓名、性别、出生日期或身份证号有变更。"),
                _("《中华人民共和国护照法》第十一条"),
                _WINDOW,
                want.kind,
            )
        ]
    reason = scope.reason(want.kind, want.reason)
    if reason is None:
        if want.kind not in scope.kinds:
            return [Unmet("E3", _("这种证件不能网上换发或补发。"), _PILOT, _WINDOW, want.kind)]
        return [Unmet("E6", _("换发补发的原因不在网上办理的范围里。"), _PILOT, _WINDOW, want.kind)]
    held = [document for document in facts.holds if document.kind == want.kind]
    if not held:
        return [
            Unmet("X3", _("您没有这种证件的记录，首次申领要到窗口办理。"), _PILOT, _WINDOW, want.kind),
        ]
    live = [d for d in held if d.state in ("valid", "damaged", want.reason) and d.expires_on >= facts.on]
    if not live:
        return [
            Unmet("E4", _("这本证件已经过期或作废。"), _PILOT, _WINDOW, want.kind),
        ]
    document = max(live, key=lambda d: d.expires_on)
    if reason.code == "expiring" and not catalog.is_expiring(document.expires_on, on=facts.on):
        return [
            Unmet(
                "E6",
                _("证件有效期还有 6 个月以上，还不能因快到期换发。"),
                _PILOT,
                _("如果证件损坏、遗失或签证页用完，请选对应的原因。"),
                want.kind,
            )
        ]
    return []


def unmet(facts: Facts, wants: list[Want], scope: Scope) -> list[Unmet]:
    """Return every unmet reason for a form: those of the person, then those of each request; empty means eligible.

    The same function answers the public checker, the wizard, filing and approval.
    """
    reasons = unmet_of_person(facts, scope)
    if not wants:
        reasons.append(Unmet("E3", _("请至少选一种证件。"), _PILOT, _("选护照、港澳通行证或台湾通行证。"), "kinds"))
    for want in wants:
        reasons += unmet_of_want(facts, want, scope)
    return reasons
