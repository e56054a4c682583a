"""What people meet beside the ordinary way: enterprises, helpers, guardians, wishes, urgent cases, the window."""

from typing import Any
from urllib.parse import quote

from applications import consenting, materials, services
from documents.models import Wish
from portal.accounts import helping as mandates
from portal.accounts.enterprises import registering
from portal.accounts.enterprises.models import Enterprise
from portal.accounts.models import Person
from portal.appointments.models import Slot
from portal.common import clock
from portal.common.acting import Acting
from tests.factories import accounts, bookings, cases, children, enterprises, helping
from tests.hostile import windows
from tests.journeys.stage import Stage

# What no other walk comes to.
ROUTES = {
    "accounts:enterprises",
    "accounts:enterprise",
    "accounts:enterprise_mend",
    "accounts:enterprise_new",
    "accounts:enterprise_staff",
    "accounts:helpers",
    "accounts:helper_answer",
    "accounts:helper_invite",
    "applications:child",
    "applications:consent",
    "applications:consents",
    "applications:wishes",
    "appointments:book",
    "appointments:booking",
    "appointments:booking_sheet",
    "appointments:cancel",
    "appointments:code",
    "appointments:home_ask",
    "appointments:home_visit",
    "appointments:kept_sheet",
    "appointments:move",
    "appointments:phone",
    "appointments:point",
    "appointments:points",
    "appointments:sheet",
}
HANGZHOU = "330100"
FIRMS, HELPERS, WISHES = "/account/enterprises/", "/account/helpers/", "/apply/wishes/"
CHILD, CONSENTS = "/apply/child/", "/apply/consents/"
FAMILY_AND_TRADE = {"HK": {"letter": "T", "option": "3m1"}, "MO": {"letter": "S", "option": "3m1"}}


def pass_enterprises(stage: Stage, agent: Person, officer: Acting) -> None:
    """A registration from the first look to its last month, with everything an agent can get wrong."""
    stage.become(accounts.signed_up())
    stage.see(FIRMS, "enterprises, before the proof")
    stage.become(agent)
    stage.see(FIRMS, "enterprises, none")
    accounts.office_of()
    stage.see(f"{FIRMS}new/", "enterprise, new")
    stage.press(f"{FIRMS}new/", "enterprise, empty")
    stage.press(f"{FIRMS}new/", "enterprise, rubbish", credit_code="91", name="样", contact_phone="12", wanted="9999")
    row = enterprises.filed(agent)
    at = f"{FIRMS}{row.pk}/"
    stage.see(at, "enterprise, filed")
    registering.decide(row, "return", note="营业执照的单位名称和填写的不一致，请写全称。", acting=officer)
    stage.see(at, "enterprise, returned")
    stage.see(f"{at}mend/", "enterprise, to mend")
    row = registering.correct(row.pk, enterprises.told(), acting=agent.acting)
    registering.approve(row, quota=1, is_major_project=True, note="材料齐全。", acting=officer)
    stage.see(at, "enterprise, nobody listed")
    stage.press(f"{at}staff/", "member, empty")
    stage.press(f"{at}staff/", "member, rubbish", name="李样本", citizen_number="110105194912310021")
    enterprises.listed(Enterprise.objects.get(pk=row.pk), "李样本")
    other = accounts.record("华外地")
    stage.press(f"{at}staff/", "member, one too many", name=other.name, citizen_number=other.citizen_number)
    stage.see(f"{at}staff/", "member")
    row.refresh_from_db()
    assert row.expires_on is not None
    with clock.set_to(clock.midnight(row.expires_on)):
        stage.become(agent)
        stage.see(at, "enterprise, last month")
    stage.become(agent)
    refused = enterprises.filed(agent, credit_code=enterprises.code(2), name="样例咨询有限公司")
    registering.decide(refused, "refuse", note="单位不在本市。", acting=officer)
    stage.see(f"{FIRMS}{refused.pk}/", "enterprise, refused")
    stage.see(FIRMS, "enterprises")


def pass_helpers(stage: Stage) -> None:
    """An older person asks for help, the helper agrees, acts, and is told that it is over."""
    older, helper = helping.pair()
    assert helper.user is not None
    stage.become(accounts.signed_up())
    stage.see(HELPERS, "helpers, before the proof")
    stage.become(helper)
    stage.see(HELPERS, "helpers, nobody")
    stage.become(older)
    stage.see(HELPERS, "helpers, may invite")
    stage.see(f"{HELPERS}invite/", "invite")
    stage.press(f"{HELPERS}invite/", "invite, empty", button="发送验证码")
    helping.rested(older)
    told = _invitation(helper.user.phone, days=30)
    stage.press(f"{HELPERS}invite/", "invite, code sent", button="发送验证码", is_wrong=False, **told)
    stage.press("", "invite, wrong code", button="确认授权", **told, code="12")
    row = helping.invited(older, phone=helper.user.phone)
    stage.see(HELPERS, "helpers, invited")
    stage.become(helper)
    stage.see(HELPERS, "helpers, an invitation")
    stage.see(f"{HELPERS}{row.pk}/", "answer")
    helping.rested(helper)
    stage.press(f"{HELPERS}{row.pk}/", "answer, code sent", button="发送验证码", is_wrong=False)
    stage.press("", "answer, empty", button="同意代办")
    code_id, code = helping.code_for(helper)
    row = mandates.accept(row, helper=helper, code_id=code_id, typed=code)
    stage.see(HELPERS, "helpers, helping")
    stage.door.post(f"{HELPERS}choose/", {"person": str(older.pk)})
    stage.see("/documents/", "documents of somebody helped")
    mandates.revoke(row, person=older)
    stage.see("/documents/", "helping is over", status=403)
    stage.become(older)
    helping.authorised(older, helper)
    stage.see(HELPERS, "helpers, given")


def _invitation(phone: str, *, days: int) -> dict[str, Any]:
    last = clock.today() + mandates.INVITATION * (days // 7)
    return {
        "phone": phone,
        "ends_on_year": str(last.year),
        "ends_on_month": str(last.month),
        "ends_on_day": str(last.day),
        "agree": "on",
    }


def pass_guardians(stage: Stage, mother: Person, father: Person) -> None:
    """A child named, its form filed by one guardian, the other's consent asked, too late, given."""
    stage.become(mother)
    stage.see(CHILD, "child, not open")
    stage.see(CONSENTS, "consents, none")
    children.open_to_children()
    stage.see(CHILD, "child")
    stage.press(CHILD, "child, empty")
    stranger = accounts.record("李样本")
    stage.press(CHILD, "child, rubbish", name="孩", citizen_number="12")
    stage.press(CHILD, "child, somebody else's", name=stranger.name, citizen_number=stranger.citizen_number)
    child = children.in_care(mother)
    form = children.filed(mother, child)
    asked = children.asked(form)
    stage.see(f"/apply/{form.pk}/filed/", "a child's form, filed")
    stage.become(father)
    stage.see(CONSENTS, "consents, one asked")
    at = f"{CONSENTS}{asked.pk}/"
    stage.see(at, "consent")
    with clock.set_to(asked.answer_by):
        stage.become(father)
        stage.see(at, "consent, too late")
    consenting.give(asked, person=father)
    stage.become(father)
    stage.see(CONSENTS, "consents, given")
    stage.see(at, "consent, given")


def pass_wishes(stage: Stage, outsider: Person) -> None:
    """What somebody of a city that is not open waits for."""
    stage.become(outsider)
    stage.see(WISHES, "wishes, none")
    stage.press(WISHES, "wishes, empty")
    stage.door.post(WISHES, {"wants": ["PASSPORT:expiring"]})
    assert Wish.objects.filter(person=outsider).exists()
    stage.see(WISHES, "wishes")


def pass_form(stage: Stage, person: Person) -> None:
    """The pages of a form that an ordinary renewal does not have."""
    stage.become(person)
    form = cases.draft(person, requests={}, endorsements=FAMILY_AND_TRADE, pictures=False)
    materials.refresh(form, services.gather(person))
    for slug in ("urgency", "endorse-hk", "option-hk", "endorse-mo", "option-mo", "materials"):
        stage.see(f"/apply/{form.pk}/{slug}/", f"form, {slug}")


def pass_window(stage: Stage, person: Person) -> None:
    """Every page of the window: the halls, a place booked without an account, moved and given back, the sheet."""
    rows = windows.rows(person, HANGZHOU)
    at, hall = "/window/", f"/window/point/{rows['point']}/"
    slot = Slot.objects.filter(point=rows["point"], starts_at__gt=clock.now()).order_by("starts_at")[0]
    book = f"{hall}book/?slot={slot.pk}"
    stage.become(None)
    stage.see(at, "window, cities")
    stage.see(f"{at}?city={HANGZHOU}", "window, halls")
    stage.see(hall, "window, hall")
    stage.press(f"{at}phone/", "window, phone, empty")
    stage.door.post(f"{at}phone/?next={quote(book)}", {"phone": bookings.PHONE})
    stage.press(f"{at}phone/code/", "window, code, empty")
    stage.become(person)
    stage.press(book, "window, book, empty")
    stage.press(f"{at}home/", "window, home, empty")
    booked = f"{at}booking/{rows['booking reference']}/"
    for path in (booked, f"{booked}move/", f"{booked}cancel/", f"{booked}sheet/"):
        stage.see(path, path)
    stage.see(f"{at}home/{rows['home visit']}/", "window, home visit")
    stage.see(f"{at}sheet/{rows['sheet']}/", "window, kept sheet")
    cases.draft(person, pictures=False)
    stage.see(f"{at}sheet/", "window, sheet")
