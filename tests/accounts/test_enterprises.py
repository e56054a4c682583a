"""Enterprises: registered by an agent, decided at their place, a list within the quota, a year, three years' bar."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from portal.accounts.enterprises import credit_code, registering, staff
from portal.accounts.enterprises.models import Enterprise, StaffMember
from portal.accounts.models import Person
from portal.accounts.services import Firm, firms_of
from portal.common import audit, clock, outbox
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event, Promise
from portal.common.unmet import Refused
from portal.notifications.models import Message
from tests.factories import accounts, enterprises, helping

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 9, 4, tzinfo=UTC)
AGENT, COLLEAGUE, OTHER = "张示例", "李样本", "王演示"


@pytest.fixture
def agent() -> Person:
    return accounts.proven(AGENT, phone="13911112222")


@pytest.fixture
def officer() -> Acting:
    return accounts.official(authority=enterprises.HANGZHOU).acting


def traces() -> tuple[int, ...]:
    counted = (Enterprise, StaffMember, Event, Promise, AuditEntry)
    return tuple(model._default_manager.count() for model in counted)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.unmet]


# Codes printed in GB 32100-2015 and on public licences; the check character is the standard's.
@pytest.mark.parametrize("typed", ["91350100M000100Y43", " 91350100m000100y43", "9135 0100 M000 100Y 43"])
def test_a_credit_code_is_read_as_typed(typed: str) -> None:
    assert credit_code.read(typed) == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "credit_code.length"),
        ("91350100M000100Y4", "credit_code.length"),
        ("91350100M000100I43", "credit_code.characters"),
        ("91350100M000100Y44", "credit_code.check"),
        ("91350100M000010Y43", "credit_code.check"),
    ],
)
def test_a_wrong_credit_code_is_refused_for_its_reason(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        credit_code.read(typed)
    assert codes(refused) == [code]


def test_registered_for_a_year_by_an_officer_of_its_place(agent: Person, officer: Acting) -> None:
    with clock.set_to(NOON):
        row = enterprises.filed(agent, wanted=5)
        assert (row.status, row.authority, row.quota) == ("filed", enterprises.HANGZHOU, 0)
        with pytest.raises(Refused) as refused:
            registering.approve(
                row, quota=5, is_major_project=False, note="-", acting=accounts.official(authority="110000").acting
            )
        assert codes(refused) == ["jurisdiction"]
        row = registering.approve(row, quota=2, is_major_project=True, note="按规模核定两人。", acting=officer)
        assert (row.status, row.quota, row.expires_on) == ("registered", 2, date(2027, 11, 8))
        outbox.run_due()
        message = Message.objects.get(code="enterprise.approved")
        assert (message.user_id, message.params["quota"]) == (agent.user_id, 2)
        assert list(audit.verify()) == []


def test_everything_wrong_is_said_at_its_field_and_nothing_is_written(agent: Person) -> None:
    before = traces()
    with pytest.raises(Refused) as refused:
        registering.register(
            agent, enterprises.told(credit_code="1", contact_phone="1", place="999999", materials=("licence",))
        )
    assert {reason.field for reason in refused.value.unmet} == {"credit_code", "contact_phone", "place", "materials"}
    assert before == traces()


def test_one_open_registration_for_a_code_also_by_the_database(agent: Person) -> None:
    row = enterprises.filed(agent)
    before = traces()
    with pytest.raises(Refused) as refused:
        enterprises.filed(agent)
    assert codes(refused) == ["enterprise.open"]
    assert before == traces()
    registering.withdraw(row.pk, acting=agent.acting)
    again = enterprises.filed(agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enterprise.objects.filter(pk=row.pk).update(status="filed")
    assert again.status == "filed"


def test_returned_it_is_mended_by_its_agent_alone(agent: Person, officer: Acting) -> None:
    row = enterprises.filed(agent)
    row = registering.decide(row, "return", note="请写全称。", acting=officer)
    stranger = accounts.proven(OTHER, phone="13911113333")
    before = traces()
    with pytest.raises(Refused) as refused:
        registering.correct(row.pk, enterprises.told(name="别家"), acting=stranger.acting)
    assert codes(refused) == ["owner"]
    assert before == traces()
    row = registering.correct(row.pk, enterprises.told(name="样例进出口（杭州）有限公司"), acting=agent.acting)
    assert (row.status, row.name) == ("filed", "样例进出口（杭州）有限公司")


def test_the_list_stays_within_the_quota(agent: Person, officer: Acting) -> None:
    row = enterprises.registered(agent, officer, quota=1)
    person = accounts.proven(COLLEAGUE, phone="13911113333")
    assert firms_of(person) == ()
    member = enterprises.listed(row, COLLEAGUE)
    assert firms_of(person) == (Firm(enterprises.HANGZHOU, is_major_project=False),)
    before = traces()
    for name, code in ((COLLEAGUE, "listed"), (OTHER, "quota")):
        with pytest.raises(Refused) as refused:
            enterprises.listed(row, name)
        assert codes(refused) == [code]
    with pytest.raises(Refused) as refused:
        staff.add(row.pk, name="甲", number="11010519491231002X1", acting=agent.acting)
    assert codes(refused) == ["citizen_number.length"]
    assert before == traces()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enterprise.objects.filter(pk=row.pk).update(staff_count=2)
    assert list(staff.miscounted()) == []
    Enterprise.objects.filter(pk=row.pk).update(staff_count=0)
    assert [str(row.pk) in line for line in staff.miscounted()] == [True]
    Enterprise.objects.filter(pk=row.pk).update(staff_count=1)
    staff.remove(row.pk, member.pk, acting=agent.acting)
    staff.remove(row.pk, member.pk, acting=agent.acting)
    assert firms_of(person) == ()
    row.refresh_from_db()
    assert row.staff_count == 0
    enterprises.listed(row, OTHER)


def test_numbers_on_the_list_are_sealed(agent: Person, officer: Acting) -> None:
    row = enterprises.registered(agent, officer)
    enterprises.listed(row, COLLEAGUE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_staffmember")
        stored = str(cursor.fetchall())
    record = accounts.record(COLLEAGUE)
    assert record.citizen_number not in stored
    assert record.name not in stored


def test_renewed_in_the_last_month_and_no_earlier(agent: Person, officer: Acting) -> None:
    with clock.set_to(NOON):
        row = enterprises.registered(agent, officer)
        member = enterprises.listed(row, COLLEAGUE)
    with clock.set_to(datetime(2027, 10, 7, 4, tzinfo=UTC)):
        before = traces()
        with pytest.raises(Refused) as refused:
            registering.ask_renewal(row.pk, acting=agent.acting)
        assert codes(refused) == ["renewal_early"]
        assert before == traces()
    with clock.set_to(datetime(2027, 10, 8, 4, tzinfo=UTC)):
        outbox.run_due()
        assert Message.objects.filter(code="enterprise.renewal_opens").count() == 1
        row = registering.ask_renewal(row.pk, acting=agent.acting)
        assert row.is_in_force
        before = traces()
        with pytest.raises(Refused) as refused:
            registering.renew(row, quota=0, is_major_project=False, note="-", acting=officer)
        assert codes(refused) == ["quota"]
        assert before == traces()
        row = registering.renew(row, quota=4, is_major_project=False, note="照旧。", acting=officer)
    assert (row.status, row.quota, row.expires_on) == ("registered", 4, date(2028, 11, 8))
    with clock.set_to(datetime(2027, 11, 9, 4, tzinfo=UTC)):
        outbox.run_due()
        row.refresh_from_db()
        assert row.status == "registered"
        # The promise of the old last day is kept: it found nothing to do.
        assert Promise.objects.filter(topic=registering.EXPIRY_TOPIC).exclude(done_at=None).count() == 1
        assert StaffMember.objects.filter(pk=member.pk).exists()


def test_it_ends_with_its_last_day_and_the_list_goes(agent: Person, officer: Acting) -> None:
    with clock.set_to(NOON):
        row = enterprises.registered(agent, officer)
        enterprises.listed(row, COLLEAGUE)
        person = accounts.proven(COLLEAGUE, phone="13911113333")
    with clock.set_to(datetime(2027, 11, 8, 15, 59, tzinfo=UTC)):
        outbox.run_due()
        assert len(firms_of(person)) == 1
    with clock.set_to(datetime(2027, 11, 8, 16, tzinfo=UTC)):
        assert firms_of(person) == ()
        outbox.run_due()
        outbox.run_due()
        row.refresh_from_db()
        assert (row.status, row.staff_count, StaffMember.objects.count()) == ("expired", 0, 0)
        assert Message.objects.filter(code="enterprise.expired").count() == 1


def test_false_data_ends_it_and_bars_the_code_for_three_years(agent: Person, officer: Acting) -> None:
    supervisor = accounts.official("supervisor", authority=enterprises.HANGZHOU).acting
    with clock.set_to(NOON):
        row = enterprises.registered(agent, officer)
        enterprises.listed(row, COLLEAGUE)
        before = traces()
        for acting, note, code in ((officer, "虚假。", "role"), (supervisor, " ", "note")):
            with pytest.raises(Refused) as refused:
                registering.cancel(row, note=note, acting=acting)
            assert codes(refused) == [code]
        assert before == traces()
        row = registering.cancel(row, note="社会保险记录是伪造的。", acting=supervisor)
        assert (row.status, row.barred_until, StaffMember.objects.count()) == ("cancelled", date(2029, 11, 8), 0)
        with pytest.raises(Refused) as refused:
            enterprises.filed(agent)
        assert codes(refused) == ["barred"]
    with clock.set_to(NOON + timedelta(days=3 * 365 + 1)):
        assert enterprises.filed(agent).status == "filed"


def test_the_agents_pages_lead_from_the_request_to_the_list(agent: Person, officer: Acting) -> None:
    accounts.office_of(enterprises.HANGZHOU)
    client = accounts.sign_in(Client(), agent)
    said = {
        "credit_code": enterprises.code().lower(),
        "name": "样例进出口有限公司",
        "kind": "legal_person",
        "place": enterprises.HANGZHOU,
        "contact_name": "李样本",
        "contact_phone": "13800000003",
        "wanted": "2",
        "materials": ["licence", "insurance", "authority_letter"],
    }
    before = traces()
    page = client.post(reverse("accounts:enterprise_new"), {**said, "credit_code": "91350100M000100Y44"})
    assert "校验位不对" in page.content.decode()
    assert before == traces()
    done = client.post(reverse("accounts:enterprise_new"), said)
    row = Enterprise.objects.get()
    address = reverse("accounts:enterprise", args=[row.pk])
    assert done.url == address
    assert "正在审核备案" in client.get(address).content.decode()
    registering.approve(row, quota=1, is_major_project=False, note="核定一人。", acting=officer)
    record = accounts.record(COLLEAGUE)
    add = reverse("accounts:enterprise_staff", args=[row.pk])
    client.post(add, {"name": record.name, "citizen_number": record.citizen_number})
    page = client.get(address).content.decode()
    assert record.citizen_number not in page
    assert record.citizen_number[-4:] in page
    assert "已列 1 人，名额 1 人" in page
    full = client.post(add, {"name": "王演示", "citizen_number": accounts.record(OTHER).citizen_number})
    assert "名额 1 人已满" in full.content.decode()
    client.post(reverse("accounts:enterprise_remove", args=[row.pk, StaffMember.objects.get().pk]))
    assert StaffMember.objects.count() == 0
    assert "替单位备案" in client.get(reverse("accounts:enterprises")).content.decode()


def test_everything_wrong_on_the_page_is_named_at_once_and_kept(agent: Person) -> None:
    client, before = accounts.sign_in(Client(), agent), traces()
    said = {"credit_code": "91", "name": "", "contact_phone": "12", "wanted": "9999", "materials": ["licence"]}
    page = client.post(reverse("accounts:enterprise_new"), said)
    wrong = {"credit_code", "name", "kind", "place", "contact_name", "contact_phone", "wanted", "materials"}
    assert set(page.context["form"].errors) == wrong
    assert all(text in page.content.decode() for text in ('value="91"', 'value="12"', 'value="9999"', "都要有"))
    assert before == traces()


def test_one_too_many_is_told_at_the_number_and_kept(agent: Person, officer: Acting) -> None:
    row = enterprises.registered(agent, officer, quota=1)
    add, client = reverse("accounts:enterprise_staff", args=[row.pk]), accounts.sign_in(Client(), agent)
    page = client.post(add, {"name": "", "citizen_number": "12"})
    assert set(page.context["form"].errors) == {"name", "citizen_number"}
    enterprises.listed(row, COLLEAGUE)
    before, number = traces(), accounts.record(OTHER).citizen_number
    page = client.post(add, {"name": OTHER, "citizen_number": number})
    assert "名额 1 人已满" in page.context["form"].errors["citizen_number"][0]
    assert f'value="{number}"' in page.content.decode()
    assert before == traces()
    shown = client.get(reverse("accounts:enterprise", args=[row.pk])).content.decode()
    assert "名额已满" in shown
    assert f'href="{add}"' not in shown


def test_the_answer_is_expected_from_the_agents_last_act(agent: Person, officer: Acting) -> None:
    address = "accounts:enterprise"
    with clock.set_to(NOON):
        row = enterprises.registered(agent, officer)
    late = clock.midnight(date(2027, 11, 1))
    client = Client()
    with clock.set_to(late):
        accounts.sign_in(client, agent)
        assert "申请续期一年" in client.get(reverse(address, args=[row.pk])).content.decode()
        client.post(reverse("accounts:enterprise_renew", args=[row.pk]))
        page = client.get(reverse(address, args=[row.pk])).content.decode()
    assert "正在审核备案" in page
    assert "11月8日（周一）" in page
    assert "材料齐全" not in page


def test_the_workbench_registers_with_a_quota_and_hides_what_is_elsewhere(agent: Person) -> None:
    row = enterprises.filed(agent, wanted=2)
    page = reverse("admin:accounts_enterprise_do", args=[row.pk, "approve"])
    far = accounts.sign_in(Client(), accounts.official(authority="110000"))
    assert far.get(page).status_code == 404
    near = accounts.sign_in(Client(), accounts.official(authority=enterprises.HANGZHOU))
    assert 'value="2"' in near.get(page).content.decode()
    before = traces()
    assert near.post(page, {"note": "", "quota": "2", "version": row.event_seq}).status_code == 200
    assert before == traces()
    near.post(page, {"note": "材料齐全。", "quota": "2", "is_major_project": "on", "version": row.event_seq})
    row.refresh_from_db()
    assert (row.status, row.quota, row.is_major_project) == ("registered", 2, True)
    shown = near.get(reverse("admin:accounts_enterprise_change", args=[row.pk])).content.decode()
    assert "样例进出口有限公司" in shown
    assert "13800000003" not in shown


def test_an_enterprise_is_seen_to_in_ones_own_name_alone(client: Client, agent: Person, officer: Acting) -> None:
    older = accounts.proven(helping.OLDER)
    helping.authorised(older, agent)
    row = enterprises.registered(agent, acting=officer)
    accounts.sign_in(client, agent).post(reverse("accounts:choose"), {"person": str(older.pk)})
    before, hub = traces(), reverse("accounts:enterprises")
    for name, args in (("enterprises", []), ("enterprise_new", []), ("enterprise", [row.pk])):
        page = client.get(reverse(f"accounts:{name}", args=args))
        assert page.status_code == 403
        assert "单位备案由经办人用自己的身份办" in page.content.decode()
    for name, args in (
        ("enterprise_new", []),
        ("enterprise_mend", [row.pk]),
        ("enterprise_staff", [row.pk]),
        ("enterprise_remove", [row.pk, uuid4()]),
        ("enterprise_renew", [row.pk]),
        ("enterprise_withdraw", [row.pk]),
    ):
        assert client.post(reverse(f"accounts:{name}", args=args), {"name": "甲"}).status_code == 403, name
    assert traces() == before
    assert client.post(reverse("accounts:choose"), {"person": "", "next": hub}).url == hub
    assert client.get(hub).status_code == 200
