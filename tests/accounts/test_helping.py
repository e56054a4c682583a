"""Authorised helpers: invited by an older person, confirmed by both, told to both, ended at once by either."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.accounts import helping, representing
from portal.accounts.models import Authorisation, Person, PhoneCode
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event
from portal.common.templatetags.portal import deadline, full_day
from portal.common.unmet import Refused
from portal.notifications.models import Message
from tests.factories import accounts as make
from tests.factories import cases
from tests.factories.helping import HELPER, OLDER, YOUNGER, authorised, code_for, invited, pair, rested

pytestmark = pytest.mark.django_db


def codes_of(refused: Any) -> list[str]:
    return [reason.code for reason in refused.value.unmet]


def told(person: Person) -> list[str]:
    outbox.run_due()
    rows = Message.objects.filter(user=person.user, code__startswith="authorisation.")
    return list(rows.order_by("created_at", "code").values_list("code", flat=True))


def after(day: date) -> datetime:
    """The moment a day is over."""
    return clock.midnight(day + timedelta(days=1))


def form_of(names: Any, days: int = 30) -> dict[str, str]:
    """The fields of the three parts of the day as the page names them."""
    last = clock.today() + timedelta(days=days)
    return dict(zip(names, (str(last.year), str(last.month), str(last.day)), strict=True))


FORBIDDEN = 403
DAY = ("ends_on_year", "ends_on_month", "ends_on_day")


def test_both_confirm_and_both_are_told() -> None:
    older, helper = pair()
    assert helper.user
    row = invited(older, phone=helper.user.phone)
    assert (row.status, row.helper) == ("invited", None)
    assert not representing.may_act_for(helper.user, older)
    code_id, code = code_for(helper)
    row = helping.accept(row, helper=helper, code_id=code_id, typed=code)
    assert (row.status, row.helper) == ("active", helper)
    assert representing.may_act_for(helper.user, older)
    assert told(older) == told(helper) == ["authorisation.invited", "authorisation.active"]


@pytest.mark.parametrize("side", ["older", "helper"])
def test_either_ends_it_at_once(side: str) -> None:
    older, helper = pair()
    assert helper.user
    row = authorised(older, helper)
    helping.revoke(row, person={"older": older, "helper": helper}[side])
    assert not representing.may_act_for(helper.user, older)
    assert [one.code for one in representing.unmet_to_act(representing.acting_for(helper.user, older))] == [
        "representing.over"
    ]
    assert told(older)[-1] == told(helper)[-1] == "authorisation.revoked"


def test_it_ends_with_its_last_day_even_before_anybody_writes_so() -> None:
    older, helper = pair()
    assert helper.user
    row = authorised(older, helper, days=3)
    with clock.set_to(after(row.ends_on) - timedelta(seconds=1)):
        assert representing.may_act_for(helper.user, older)
    with clock.set_to(after(row.ends_on)):
        assert not representing.may_act_for(helper.user, older)
        make.keep(helping.END_TOPIC)
        row.refresh_from_db()
        assert row.status == "expired"
        assert "authorisation.expired" in told(older)


def test_an_invitation_nobody_answers_ends_after_a_week() -> None:
    older, helper = pair()
    assert helper.user
    row = invited(older, phone=helper.user.phone)
    with clock.set_to(after(clock.today() + helping.INVITATION)):
        outbox.run_due()
        row.refresh_from_db()
    assert row.status == "expired"


def test_an_answered_invitation_outlives_its_week() -> None:
    older, helper = pair()
    row = authorised(older, helper, days=90)
    with clock.set_to(after(clock.today() + helping.INVITATION)):
        outbox.run_due()
        row.refresh_from_db()
    assert row.status == "active"


def test_who_is_not_sixty_has_no_helper() -> None:
    younger = make.proven(YOUNGER)
    with pytest.raises(Refused) as refused:
        invited(younger, phone="13912345678")
    assert codes_of(refused) == ["helping.age"]
    assert not Authorisation.objects.exists()


def test_nobody_helps_themselves() -> None:
    older = make.proven(OLDER)
    assert older.user
    with pytest.raises(Refused) as refused:
        invited(older, phone=older.user.phone)
    assert [(one.code, one.field) for one in refused.value.unmet] == [("helping.oneself", "phone")]
    assert not Authorisation.objects.exists()


def test_the_database_knows_no_helper_of_themselves() -> None:
    older, helper = pair()
    row = authorised(older, helper)
    with pytest.raises(IntegrityError), transaction.atomic():
        Authorisation.objects.filter(pk=row.pk).update(helper=older)


def test_a_pair_has_one_open_authorisation() -> None:
    older, helper = pair()
    assert helper.user
    authorised(older, helper)
    with pytest.raises(Refused) as refused:
        invited(older, phone=helper.user.phone)
    assert codes_of(refused) == ["helping.open"]
    assert Authorisation.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 366])
def test_the_last_day_lies_within_a_year(days: int) -> None:
    older, helper = pair()
    assert helper.user
    with pytest.raises(Refused) as refused:
        invited(older, phone=helper.user.phone, days=days)
    assert [(one.code, one.field) for one in refused.value.unmet] == [("helping.end", "ends_on")]


def test_only_the_phone_that_was_invited_may_agree() -> None:
    older, helper = pair()
    row = invited(older, phone="13912345678")
    code_id, code = code_for(helper)
    with pytest.raises(Refused) as refused:
        helping.accept(row, helper=helper, code_id=code_id, typed=code)
    assert codes_of(refused) == ["helping.phone"]
    row.refresh_from_db()
    assert row.status == "invited"


def test_a_minor_is_no_helper() -> None:
    older, young = make.proven(OLDER), make.proven("何青年")
    assert young.user
    row = invited(older, phone=young.user.phone)
    code_id, code = code_for(young)
    with pytest.raises(Refused) as refused:
        helping.accept(row, helper=young, code_id=code_id, typed=code)
    assert codes_of(refused) == ["helping.too_young"]


@pytest.mark.parametrize("step", ["invite", "accept"])
def test_without_the_code_nothing_happens(step: str) -> None:
    older, helper = pair()
    assert helper.user
    wrong = {"code_id": code_for(older)[0], "typed": "x"}
    if step == "invite":
        with pytest.raises(Refused):
            helping.invite(older, phone=helper.user.phone, ends_on=clock.today(), **wrong)
        assert not Authorisation.objects.exists()
        return
    row = invited(older, phone=helper.user.phone)
    for code in ({"code_id": None, "typed": ""}, {"code_id": uuid4(), "typed": "123456"}):
        with pytest.raises(Refused):
            helping.accept(row, helper=helper, **code)
    row.refresh_from_db()
    assert row.status == "invited"


def test_a_code_sent_to_somebody_else_confirms_nothing() -> None:
    older, helper = pair()
    assert helper.user
    row = invited(older, phone=helper.user.phone)
    PhoneCode.objects.all().delete()
    clock_later = clock.now() + timedelta(minutes=2)
    with clock.set_to(clock_later):
        code_id, code = code_for(make.proven("李样本"))
        with pytest.raises(Refused):
            helping.accept(row, helper=helper, code_id=code_id, typed=code)
    row.refresh_from_db()
    assert row.status == "invited"


def test_a_stranger_ends_nothing() -> None:
    older, helper = pair()
    row = authorised(older, helper)
    with pytest.raises(Refused):
        helping.revoke(row, person=make.proven("李样本"))
    row.refresh_from_db()
    assert row.status == "active"


def test_the_audit_names_both() -> None:
    older, helper = pair()
    acting = Acting("citizen", str(helper.pk), behalf=str(older.pk))
    assert acting.label == f"citizen:{helper.pk} for {older.pk}"
    assert acting.owner == str(older.pk)
    authorised(older, helper)
    assert Event.objects.filter(action="accept", actor_id=str(helper.pk), behalf="").exists()
    assert AuditEntry.objects.filter(chain=f"person:{older.user_id}", action="status.accept").exists()


def test_the_pages_lead_both_through(client: Client) -> None:
    older, helper = pair()
    assert helper.user
    make.sign_in(client, older)
    rested(older, helper)
    address = reverse("accounts:helper_invite")
    told_there = {"phone": helper.user.phone, "agree": "on", **form_of(DAY)}
    shown = client.post(address, {**told_there, "send": "1"})
    assert "短信已发往" in shown.content.decode()
    assert not Authorisation.objects.exists()
    code = PhoneCode.objects.latest("created_at").code
    assert client.post(address, {**told_there, "code": code, "confirm": "1"}).url == reverse("accounts:helpers")
    row = Authorisation.objects.get()
    assert "等对方登录确认" in client.get(reverse("accounts:helpers")).content.decode()

    other = make.sign_in(Client(), helper)
    page = other.get(reverse("accounts:helpers")).content.decode()
    assert reverse("accounts:helper_answer", args=[row.pk]) in page
    assert OLDER not in page
    address = reverse("accounts:helper_answer", args=[row.pk])
    other.post(address, {"send": "1"})
    code = PhoneCode.objects.latest("created_at").code
    assert other.post(address, {"code": code, "confirm": "1"}).url == reverse("accounts:helpers")
    row.refresh_from_db()
    assert row.status == "active"
    client.post(reverse("accounts:helper_revoke", args=[row.pk]))
    row.refresh_from_db()
    assert row.status == "revoked"


def test_ones_own_phone_is_refused_at_its_field(client: Client) -> None:
    older = make.proven(OLDER)
    assert older.user
    make.sign_in(client, older)
    told_there = {"phone": older.user.phone, "agree": "on", **form_of(DAY), "send": "1"}
    sent = PhoneCode.objects.count()
    page = client.post(reverse("accounts:helper_invite"), told_there)
    assert [one.code for one in page.context["form"].errors.as_data()["phone"]] == ["helping.oneself"]
    assert older.user.phone in page.content.decode()
    assert PhoneCode.objects.count() == sent


def test_the_code_is_asked_for_once_it_was_sent_and_nothing_typed_is_lost(client: Client) -> None:
    older, helper = pair()
    assert helper.user
    make.sign_in(client, older)
    rested(older)
    address, field = reverse("accounts:helper_invite"), 'name="code"'
    assert field not in client.get(address).content.decode()
    told_there = {"phone": helper.user.phone, "agree": "on", **form_of(DAY)}
    wrong = client.post(address, {**told_there, "ends_on_month": "13", "send": "1"}).content.decode()
    assert "日历上没有" in wrong
    assert helper.user.phone in wrong
    assert field not in wrong
    assert field in client.post(address, {**told_there, "send": "1"}).content.decode()
    mistyped = client.post(address, {**told_there, "code": "12", "confirm": "1"}).content.decode()
    assert "短信验证码是 6 位数字" in mistyped
    assert all(text in mistyped for text in ('value="12"', helper.user.phone, f'value="{told_there[DAY[2]]}"'))
    assert not Authorisation.objects.exists()


@pytest.mark.parametrize("days", [-1, 366])
def test_a_last_day_out_of_range_is_refused_with_the_last_day_possible(client: Client, days: int) -> None:
    older, helper = pair()
    assert helper.user
    make.sign_in(client, older)
    sent = PhoneCode.objects.count()
    told_there = {"phone": helper.user.phone, "agree": "on", **form_of(DAY, days), "send": "1"}
    said = client.post(reverse("accounts:helper_invite"), told_there).context["form"].errors["ends_on"]
    assert full_day(helping.latest_end()) in said[0]
    assert PhoneCode.objects.count() == sent


def test_several_invitations_are_listed_with_their_last_day(client: Client) -> None:
    helper = make.proven(HELPER)
    assert helper.user
    rows = [invited(make.proven(name), phone=helper.user.phone) for name in (OLDER, "施高龄")]
    make.sign_in(client, helper)
    page = client.get(reverse("accounts:helpers")).content.decode()
    assert page.count('id="turn"') == 1
    assert all(reverse("accounts:helper_answer", args=[row.pk]) in page for row in rows)
    assert deadline(after(helping.last_day_to_answer(rows[1]))) in page


def test_a_helpers_page_of_documents_names_whose_they_are(client: Client) -> None:
    cases.ground()
    older, helper = pair()
    authorised(older, helper)
    make.sign_in(client, helper)
    client.post(reverse("accounts:choose"), {"person": str(older.pk)})
    page = client.get(reverse("home:documents")).content.decode()
    assert f"{OLDER}的证件" in page
    assert "您好" not in page


def test_the_invited_may_say_no(client: Client) -> None:
    older, helper = pair()
    assert helper.user
    row = invited(older, phone=helper.user.phone)
    make.sign_in(client, helper)
    client.post(reverse("accounts:helper_answer", args=[row.pk]), {"decline": "1"})
    row.refresh_from_db()
    assert row.status == "declined"
    assert told(older)[-1] == "authorisation.declined"


def test_officials_of_the_place_read_who_helps_whom_and_change_nothing() -> None:
    older, helper = pair()
    assert helper.user
    row = authorised(older, helper)
    near = make.sign_in(Client(), make.official(authority=older.hukou_code))
    far = make.sign_in(Client(), make.official(authority="110100" if older.hukou_code != "110100" else "310000"))
    listed, address = "admin:accounts_authorisation_changelist", "admin:accounts_authorisation_change"
    page = near.get(reverse(listed)).content.decode()
    assert all(text in page for text in ("吕**", "张**", "生效中"))
    assert "吕**" not in far.get(reverse(listed)).content.decode()
    shown = near.get(reverse(address, args=[row.pk])).content.decode()
    assert "生效中" in shown
    assert all(text not in shown for text in (OLDER, HELPER, helper.user.phone, 'name="_save"'))
    before = Event.objects.count()
    assert near.post(reverse(address, args=[row.pk]), {"ends_on": "2030-01-01"}).status_code == FORBIDDEN
    row.refresh_from_db()
    assert (row.status, Event.objects.count()) == ("active", before)


def test_whom_one_does_not_help_cannot_be_chosen(client: Client) -> None:
    older, helper = pair()
    make.sign_in(client, helper)
    for wanted in (str(older.pk), "x", str(uuid4())):
        assert client.post(reverse("accounts:choose"), {"person": wanted}).url == reverse("accounts:helpers")
        assert representing.CHOSEN not in client.session
    assert HELPER not in client.get(reverse("accounts:helpers")).content.decode()
