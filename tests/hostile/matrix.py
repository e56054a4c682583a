"""Who may open what: every address of the portal with its expectation, as data; there is no address beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.hostile.world import CITIZENS, OFFICIALS, PROVIDER

DECIDING = ("officer", "supervisor")
ALL_ROLES = ("officer", "supervisor", "auditor")
COUNTING = ("supervisor",)
WATCHING = ("supervisor", "auditor")


@dataclass(frozen=True)
class Rule:
    """One address.

    kind: public, door (public, leads on to a sign-in), citizen (any), own (one citizen's), desk (officials), row
    (officials of one city), provider. methods: G and P, as the view takes them. roles: of officials; writers: those
    who may POST, where they are fewer. args: parameter -> name of the world's row; fixed: parameter -> value.
    """

    kind: str
    methods: str = "G"
    roles: tuple[str, ...] = ()
    args: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    writers: tuple[str, ...] | None = None

    def expected_of(self, actor: str, method: str = "GET") -> str:
        """Return in, sign_in, refused or absent."""
        if self.kind in ("public", "provider", "door"):
            return "in"
        if actor == "stranger":
            return "sign_in"
        if self.kind in ("citizen", "own"):
            return self._of_citizens(actor)
        if actor in CITIZENS:
            return "refused"
        if actor == "distant officer" and self.kind == "row" and "officer" in self.roles:
            return "absent"
        roles = self.writers if method == "POST" and self.writers is not None else self.roles
        return "in" if actor.rpartition(" ")[2] in roles else "refused"

    def _of_citizens(self, actor: str) -> str:
        if actor in OFFICIALS:
            return "refused"
        return "in" if self.kind == "citizen" or actor == "owner" else "absent"


def _public(methods: str = "G", **more: object) -> Rule:
    return Rule("public", methods, **more)  # type: ignore[arg-type]


def _citizen(methods: str = "G") -> Rule:
    return Rule("citizen", methods)


def _own(methods: str = "G", /, fixed: Mapping[str, str] | None = None, **args: str) -> Rule:
    return Rule("own", methods, args=args, fixed=fixed or {})


def _desk(methods: str = "G", *roles: str, kind: str = "desk", **more: object) -> Rule:
    return Rule(kind, methods, roles or ALL_ROLES, **more)  # type: ignore[arg-type]


def _case(methods: str, *roles: str, fixed: Mapping[str, str] | None = None) -> Rule:
    return _desk(methods, *(roles or DECIDING), kind="row", args={"case_id": "case"}, fixed=fixed or {})


def _row(methods: str, row: str, *roles: str, name: str = "object_id", fixed: Mapping[str, str] | None = None) -> Rule:
    return _desk(methods, *(roles or DECIDING), kind="row", args={name: row}, fixed=fixed or {})


RULES: dict[str, Rule] = {
    "common:appearance": _public("P"),
    "common:healthz": _public(),
    "set_language": _public("GP"),
    "home:start": _public(),
    "home:cities": _public(),
    "home:help": _public(),
    "home:privacy": _public(),
    "home:accessibility": _public(),
    "home:source": _public(),
    "home:documents": _citizen(),
    "accounts:sign_up": _public("GP"),
    "accounts:sign_up_code": _public("GP"),
    "accounts:reset": _public("GP"),
    "accounts:reset_code": _public("GP"),
    "accounts:send_again": _public("P", path="/account/code/sign_up/again/"),
    "accounts:sign_in": _public("GP"),
    "accounts:sign_out": Rule("door", "P"),
    "accounts:identity": _citizen(),
    "accounts:identity_status": _citizen(),
    "accounts:identity_way": _citizen("GP"),
    "accounts:identity_face_consent": _citizen("GP"),
    "accounts:identity_details": _citizen("GP"),
    "accounts:identity_by_hand": _citizen("P"),
    "accounts:enterprises": _citizen(),
    "accounts:enterprise_new": _citizen("GP"),
    "accounts:enterprise": _own(enterprise_id="enterprise"),
    "accounts:enterprise_mend": _own("GP", enterprise_id="enterprise"),
    "accounts:enterprise_staff": _own("GP", enterprise_id="enterprise"),
    "accounts:enterprise_remove": _own("P", enterprise_id="enterprise", member_id="member"),
    "accounts:enterprise_renew": _own("P", enterprise_id="enterprise"),
    "accounts:enterprise_withdraw": _own("P", enterprise_id="enterprise"),
    "accounts:helpers": _citizen(),
    "accounts:helper_invite": _citizen("GP"),
    "accounts:helper_answer": _own("GP", authorisation_id="invitation"),
    "accounts:helper_revoke": _own("P", authorisation_id="authorisation"),
    "accounts:choose": _citizen("P"),
    "accounts:staff_sign_in": _public("GP"),
    "accounts:staff_code": Rule("door", "GP"),
    "accounts:staff_enrol": Rule("door", "GP"),
    "notifications:inbox": _citizen(),
    "notifications:mark_all_read": _citizen("P"),
    "notifications:message": _own(message_id="message"),
    "applications:list": _citizen(),
    "applications:lookup": _public(),
    "applications:public_status": _public("GP"),
    "applications:track": _own(reference="reference"),
    "applications:send_again": _own("GP", reference="reference"),
    "applications:withdraw": _own("GP", application_id="case"),
    "applications:notice": _own(application_id="refused case"),
    "applications:checker": _public(),
    "applications:result": _public(),
    "applications:forget": _public("P"),
    "applications:question": _public("GP", fixed={"slug": "city"}),
    "applications:wishes": _citizen("GP"),
    "applications:revoke_wish": _own("P", wish_id="wish"),
    "applications:start": _citizen("GP"),
    "applications:child": _citizen("GP"),
    "applications:consents": _citizen(),
    "applications:consent": _own("GP", consent_id="consent"),
    "applications:tasks": _own("GP", submission_id="draft"),
    "applications:discard": _own("P", submission_id="draft"),
    "applications:check": _own("GP", submission_id="draft"),
    "applications:filed": _own(submission_id="filed"),
    "applications:picture_state": _own(submission_id="draft", shot_id="shot"),
    "applications:picture": _own(submission_id="draft", shot_id="shot", fixed={"which": "preview"}),
    "applications:material_state": _own(submission_id="draft"),
    "applications:material_file": _own(submission_id="draft", attachment_id="attachment"),
    "applications:page": _own("GP", submission_id="draft", fixed={"slug": "personal"}),
    "payments:callback": Rule("provider", "P", fixed={"name": PROVIDER}),
    "payments:pay": _own(reference="reference"),
    "payments:start": _own("P", reference="reference"),
    "payments:return": _own(reference="reference"),
    "payments:state": _own(reference="reference"),
    "payments:receipt": _own(reference="reference"),
    "cashier:page": _public("GP", args={"reference": "cashier reference", "token": "cashier token"}),
    "development:messages": _public(),
    "development:faults": _public("P"),
    "statistics:overview": _desk("G", *COUNTING),
    "appointments:points": _public(),
    "appointments:point": _public(args={"point_id": "point"}),
    "appointments:book": _public("GP", args={"point_id": "point"}),
    "appointments:phone": _public("GP"),
    "appointments:code": _public("GP"),
    "appointments:sheet": _public(),
    "appointments:sheet_pdf": _public(),
    "appointments:send_sheet": _public("P"),
    "appointments:kept_sheet": _public(args={"reference": "sheet"}),
    "appointments:kept_sheet_pdf": _public(args={"reference": "sheet"}),
    "appointments:home_ask": _public("GP"),
    "appointments:home_visit": _public(args={"reference": "home visit"}),
    "appointments:home_withdraw": _public("P", args={"reference": "home visit"}),
    "appointments:booking": _public(args={"reference": "booking reference"}),
    "appointments:code_image": _public(args={"reference": "booking reference"}),
    "appointments:move": _public("GP", args={"reference": "booking reference"}),
    "appointments:cancel": _public("GP", args={"reference": "booking reference"}),
    "appointments:booking_sheet": _public(args={"reference": "booking reference"}),
    "appointments:booking_sheet_pdf": _public(args={"reference": "booking reference"}),
    "appointments:counter": _desk("G", *DECIDING),
    "appointments:figures": _desk("G", *COUNTING),
    "appointments:arrive": _row("GP", "booking reference", name="reference"),
    "appointments:check_in": _row("P", "point", name="point_id"),
    "appointments:walk_in": _row("P", "point", name="point_id"),
    "appointments:intake": _row("GP", "booking", name="booking_id"),
    "appointments:case": _row("P", "booking", name="booking_id"),
    "appointments:act": _row("P", "booking", name="booking_id", fixed={"action": "check_in"}),
    "admin:appointments_windowcase_unmask": _row("GP", "window case"),
    "admin:appointments_windowcase_do": _row("GP", "window case", fixed={"action": "take"}),
    "admin:appointments_homevisit_unmask": _row("GP", "visit"),
    "admin:appointments_homevisit_do": _row("GP", "visit", fixed={"action": "accept"}),
    "desk:claim_next": _desk("P", *DECIDING),
    "desk:review": _case("G", *ALL_ROLES),
    "desk:claim": _case("P"),
    "desk:file": _desk("G", *DECIDING, kind="row", args={"case_id": "case", "attachment_id": "attachment"}),
    "desk:release": _case("P"),
    "desk:hand_over": _case("GP"),
    "desk:reassign": _case("GP", *COUNTING),
    "desk:unmask": _case("GP"),
    "desk:notice": _case("G"),
    "desk:decide": _case("GP", fixed={"action": "approve"}),
    "desk:shot": _row("GP", "shot", name="shot_id"),
    "desk:picture": _row("G", "shot", name="shot_id", fixed={"which": "preview"}),
    "admin:index": _desk("GP"),
    "admin:login": Rule("door", "GP"),
    "admin:logout": _desk("P"),
    "admin:password_change": _desk("GP"),
    "admin:password_change_done": _desk(),
    "admin:autocomplete": _desk(),
    "admin:jsi18n": _desk(),
    "admin:app_list": _desk("GP", path="/desk/applications/"),
    "desk/(?P<url>.*)$": _desk("GP", path="/desk/no/such/page/"),
    "admin:accounts_identityproof_picture": _row("G", "proof"),
    "admin:accounts_identityproof_unmask": _row("GP", "proof"),
    "admin:accounts_identityproof_do": _row("GP", "proof", fixed={"action": "approve"}),
    "admin:accounts_enterprise_do": _row("GP", "enterprise", *ALL_ROLES, fixed={"action": "cancel"}),
    "admin:accounts_officer_second_factor": _row("GP", "officer", *COUNTING),
    "admin:documents_rulerevision_do": _desk(
        "GP", *WATCHING, args={"object_id": "revision"}, fixed={"action": "enact"}
    ),
    "admin:common_promise_revive": _row("GP", "promise", *COUNTING),
}

# Django's own pages of a list: who may look, and the row behind them ("" where the town has none).
LISTS: dict[str, tuple[tuple[str, ...], str]] = {
    "accounts/identityproof": (DECIDING, "proof"),
    "accounts/enterprise": (ALL_ROLES, "enterprise"),
    "accounts/authorisation": (ALL_ROLES, "authorisation"),
    "accounts/officer": (WATCHING, "officer"),
    "accounts/authority": (WATCHING, "authority"),
    "notifications/undeliverablemessage": (ALL_ROLES, ""),
    "documents/tariff": (ALL_ROLES, "tariff"),
    "documents/rulerevision": (WATCHING, "revision"),
    "documents/numberrange": (ALL_ROLES, "range"),
    "applications/application": (ALL_ROLES, "case"),
    "payments/order": (ALL_ROLES, "order"),
    "payments/charge": (ALL_ROLES, "charge"),
    "payments/refund": (ALL_ROLES, ""),
    "payments/callback": (WATCHING, "callback"),
    "photos/shot": (ALL_ROLES, "shot"),
    "accounts/servicepoint": (ALL_ROLES, "point"),
    "appointments/booking": (ALL_ROLES, "booking"),
    "appointments/windowcase": (DECIDING, "window case"),
    "appointments/homevisit": (DECIDING, "visit"),
    "common/promise": (ALL_ROLES, "promise"),
}
# Lists whose rows belong to no city.
EVERYBODYS = ("documents/tariff", "documents/rulerevision", "documents/numberrange", "common/promise")
ADDING = {"accounts/officer": COUNTING, "accounts/servicepoint": COUNTING}
# A case is never changed there: whoever may look is led on to the workbench.
CHANGING = {
    "accounts/officer": COUNTING,
    "accounts/authority": COUNTING,
    "accounts/servicepoint": COUNTING,
    "applications/application": ALL_ROLES,
}

for name, (roles, row) in LISTS.items():
    kind = "desk" if name in EVERYBODYS else "row"
    dotted = "admin:" + name.replace("/", "_")
    args = {"object_id": row} if row else {}
    fixed = {} if row else {"object_id": "00000000-0000-4000-8000-000000000000"}
    RULES |= {
        f"{dotted}_changelist": Rule("desk", "GP", roles),
        f"{dotted}_add": Rule("desk", "GP", ADDING.get(name, ())),
        f"{dotted}_history": Rule(kind, "GP", roles, args, fixed),
        f"{dotted}_change": Rule(kind, "GP", roles, args, fixed, writers=CHANGING.get(name, ())),
        f"{dotted}_delete": Rule("desk", "GP", (), args, fixed),
        f"desk/{name}/<path:object_id>/": Rule("desk", "GP", ALL_ROLES, args, fixed),
    }
