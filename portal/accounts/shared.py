"""Asking the shared registers of other authorities about a proven person."""

from uuid import uuid4

from portal.accounts.gateways.shared import shared_registers
from portal.accounts.gateways.shared.base import Matter, Proof, Question
from portal.accounts.models import Person
from portal.common.gateway import GatewayDown


def prove(person: Person, matter: Matter, *, place: str = "") -> Proof:
    """Ask the register that answers for a matter, outside any transaction, and distrust an answer about somebody else.

    Raises GatewayDown: no answer in time, or a wrong one.
    """
    question = Question(person.citizen_number, matter, place)
    proof = shared_registers().prove(question, request_id=str(uuid4()))
    if (proof.citizen_number, proof.matter) != (question.citizen_number, question.matter):
        reason = "shared_register.wrong_answer"
        raise GatewayDown(reason)
    return proof
