"""The public face of accounts: what other steps may ask for and do."""

from portal.accounts.citizen_number import read as read_citizen_number
from portal.accounts.codes import TextMessage, message_of, phone_of, redeem, request_again, request_code
from portal.accounts.confirming import send_own_code
from portal.accounts.enterprises.staff import Firm, firms_of
from portal.accounts.gateways.guardianship.base import Guardian, Relation
from portal.accounts.gateways.register.base import HeldDocument, HeldKind, HeldState, RegisterRecord
from portal.accounts.gateways.register.simulator import list_people
from portal.accounts.gateways.shared.base import Matter, Proof
from portal.accounts.guardians import (
    RELATIONS,
    guardians_of,
    is_child,
    refresh,
    take_into_care,
    unmet_to_represent,
)
from portal.accounts.officials import (
    appoint,
    change_office,
    device_of,
    reset_second_factor,
    verify_second_factor,
)
from portal.accounts.phones import read as read_phone
from portal.accounts.points import hours_on
from portal.accounts.presence import identify
from portal.accounts.proving import (
    approve_proof,
    ask_an_officer,
    is_comparing,
    is_open,
    jurisdiction_of,
    may_ask_an_officer,
    may_submit,
    person_of,
    proof_of,
    refuse_proof,
    register_facts,
    start_proof,
    submit_proof,
)
from portal.accounts.representing import (
    NoLeave,
    acting_for,
    choose,
    chosen,
    concerning,
    may_act,
    recipients,
    require_leave,
    unmet_to_act,
)
from portal.accounts.shared import prove
from portal.accounts.signing import TooManyTries, check_password, reset_password, sign_up

__all__ = [
    "RELATIONS",
    "Firm",
    "Guardian",
    "HeldDocument",
    "HeldKind",
    "HeldState",
    "Matter",
    "NoLeave",
    "Proof",
    "RegisterRecord",
    "Relation",
    "TextMessage",
    "TooManyTries",
    "acting_for",
    "appoint",
    "approve_proof",
    "ask_an_officer",
    "change_office",
    "check_password",
    "choose",
    "chosen",
    "concerning",
    "device_of",
    "firms_of",
    "guardians_of",
    "hours_on",
    "identify",
    "is_child",
    "is_comparing",
    "is_open",
    "jurisdiction_of",
    "list_people",
    "may_act",
    "may_ask_an_officer",
    "may_submit",
    "message_of",
    "person_of",
    "phone_of",
    "proof_of",
    "prove",
    "read_citizen_number",
    "read_phone",
    "recipients",
    "redeem",
    "refresh",
    "refuse_proof",
    "register_facts",
    "request_again",
    "request_code",
    "require_leave",
    "reset_password",
    "reset_second_factor",
    "send_own_code",
    "sign_up",
    "start_proof",
    "submit_proof",
    "take_into_care",
    "unmet_to_act",
    "unmet_to_represent",
    "verify_second_factor",
]
