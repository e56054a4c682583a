"""The shared registers: what each proves of whom, and what the portal makes of silence, delay and wrong answers."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from documents import catalog
from portal.accounts.gateways.shared import shared_registers
from portal.accounts.gateways.shared.base import Matter, Question, Register, RequestReused
from portal.accounts.gateways.shared.simulator import KNOBS, LEDGERS
from portal.accounts.models import Person
from portal.accounts.services import prove
from portal.common import clock, registry
from portal.common.gateway import GatewayDown
from tests.factories import accounts

pytestmark = pytest.mark.django_db
RELATIVE = Matter.RELATIVE
KINSHIP = LEDGERS[Register.KINSHIP]


def question(name: str = "赵测试", matter: Matter = RELATIVE, place: str = "HK") -> Question:
    return Question(accounts.record(name).citizen_number, matter, place)


@pytest.fixture
def person() -> Person:
    return accounts.proven("赵测试")


def test_the_catalogue_names_these_registers_and_no_others() -> None:
    named = {one.register for one in catalog.MATERIALS.values() if one.register}
    # The population register is asked through a gateway of its own.
    assert named - {"population"} == set(Register)
    assert {matter.register for matter in Matter} == set(Register)
    assert KNOBS.items() <= registry.simulators.items()


@pytest.mark.parametrize(
    ("name", "matter", "place", "entry"),
    [
        ("赵测试", Matter.HOUSEHOLD, "", "广东省广州市天河区示例路 4 号"),
        ("黄港例", Matter.HOUSEHOLD, "", ""),
        ("贺两地", Matter.RESIDENCE, "", "440106"),
        ("赵测试", Matter.RESIDENCE, "", ""),
        ("赵测试", RELATIVE, "HK", "姐姐，香港居民"),
        ("赵测试", RELATIVE, "MO", "女儿，澳门居民"),
        ("赵测试", RELATIVE, "TW", ""),
        ("王演示", RELATIVE, "TW", "母亲，台湾居民"),
        ("周虚构", RELATIVE, "HK", ""),
        ("赵测试", Matter.EMPLOYED, "", "样本科技有限公司"),
        ("孙示范", Matter.EMPLOYED, "", ""),
        ("赵测试", Matter.LICENCE, "", "91440000MA0EXAMPL2"),
        ("孙示范", Matter.LICENCE, "", ""),
    ],
)
def test_what_is_proven_rests_on_an_entry(name: str, matter: Matter, place: str, entry: str) -> None:
    proof = shared_registers().prove(question(name, matter, place), request_id="one")
    assert (proof.is_proven, proof.entry) == (bool(entry), entry)


def test_nothing_is_proven_of_somebody_unknown() -> None:
    unknown = Question("110100199001019993", RELATIVE, "HK")
    assert not shared_registers().prove(unknown, request_id="one").is_proven


def test_an_answer_tells_nothing_when_it_is_printed(person: Person) -> None:
    proof = prove(person, RELATIVE, place="HK")
    assert person.citizen_number not in repr(proof)
    assert proof.entry not in repr(proof)


def test_a_question_repeated_gets_the_first_answer_and_another_under_its_key_none() -> None:
    registers = shared_registers()
    first = registers.prove(question(), request_id="one")
    assert registers.prove(question(), request_id="one") == first
    with pytest.raises(RequestReused):
        registers.prove(question(place="MO"), request_id="one")
    assert len(KINSHIP.entries()) == 1


def test_one_register_away_keeps_no_other_from_answering(person: Person) -> None:
    KINSHIP.arm("down")
    with pytest.raises(GatewayDown):
        prove(person, RELATIVE, place="HK")
    assert not KINSHIP.entries()
    assert prove(person, Matter.EMPLOYED).is_proven
    assert prove(person, RELATIVE, place="HK").is_proven


def test_a_lost_answer_is_there_when_asked_again() -> None:
    KINSHIP.arm("lost")
    with pytest.raises(GatewayDown):
        shared_registers().prove(question(), request_id="one")
    assert shared_registers().prove(question(), request_id="one").is_proven


def test_a_slow_answer_comes_after_twice_the_timeout() -> None:
    KINSHIP.arm("slow")
    for seconds in (0, 2 * settings.GATEWAY_TIMEOUT_SECONDS - 1):
        with clock.set_to(clock.now() + timedelta(seconds=seconds)), pytest.raises(GatewayDown):
            shared_registers().prove(question(), request_id="one")
    with clock.set_to(clock.now() + timedelta(seconds=2 * settings.GATEWAY_TIMEOUT_SECONDS + 1)):
        assert shared_registers().prove(question(), request_id="one").is_proven


def test_an_answer_about_somebody_else_proves_nothing(person: Person) -> None:
    KINSHIP.arm("wrong")
    with pytest.raises(GatewayDown, match="wrong_answer"):
        prove(person, RELATIVE, place="HK")


def test_an_unknown_adapter_is_a_fault_of_the_settings(settings: object) -> None:
    settings.SHARED_REGISTERS = "nobody"  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured):
        shared_registers()
