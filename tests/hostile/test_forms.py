"""Every form of a citizen, filled with anything: never a fault; what is refused says why and keeps what was typed."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from hypothesis import given, note
from hypothesis import settings as profile
from hypothesis import strategies as st

from applications import services
from applications.forms.pages import digits
from applications.models import Submission
from portal.accounts.models import PhoneCode
from portal.accounts.services import request_code
from portal.home.journey.browser import Page, read
from tests.factories import accounts
from tests.hostile import walking, world
from tests.hostile.texts import texts
from tests.hostile.walking import knock

QUICK, LONG = 25, 10_000
# Words of Django itself, which name neither field nor remedy.
STOCK = ("字段", "确保", "有效的", "This field", "Enter a valid", "Ensure")
TITLED_OTHERWISE = ("declaration",)
PHONES, YES = ("13911112222", "+86 139 1111 2222", "１３９１１１１２２２２"), ("on",)
ADDRESS = ("浙江省杭州市西湖区示例路 1 号 2 单元 301",)


@dataclass(frozen=True)
class Form:
    """One form: who fills it, where, and likely values of its fields. `keeps` are shown again as they were typed."""

    actor: str
    path: str
    fields: Mapping[str, tuple[str, ...]]
    keeps: tuple[str, ...] = ()


FORMS = {
    "sign-up": Form("stranger", "/account/sign-up/", {"phone": PHONES}, keeps=("phone",)),
    "sign-in": Form("stranger", "/account/sign-in/", {"phone": PHONES, "password": ("x",)}, keeps=("phone",)),
    "reset": Form("stranger", "/account/reset/", {"phone": PHONES}, keeps=("phone",)),
    "code": Form("waiting", "/account/sign-up/code/", {"code": ("123456",), "password": ("a-long-secret-1",)}),
    "way": Form("newcomer", "/account/identity/way/", {"way": ("face", "by_hand"), "agree": YES}),
    "details": Form(
        "claimant",
        "/account/identity/details/",
        {"name": ("张示例", "彭𠮷样"), "citizen_number": ("110105194912310021",)},
        keeps=("name", "citizen_number"),
    ),
    "city": Form(
        "stranger", "/apply/checker/city/", {"answer": ("杭州", "吉林"), "pick": ("other",)}, keeps=("answer",)
    ),
    # An absent reference is answered with an empty form, so that wrong and foreign give the same bytes.
    "lookup": Form("stranger", "/apply/lookup/status/", {"reference": ("A" * 32,), "tail": ("002X",)}),
    "documents": Form("owner", "{draft}documents/", {"kinds": ("PASSPORT", "HKM_PERMIT")}),
    "reason": Form(
        "owner",
        "{draft}reason-passport/",
        {"reason": ("expiring", "lost", "damaged"), "statement": ("在地铁上丢了，没有找到，已经挂失。",)},
        keeps=("statement",),
    ),
    "personal": Form(
        "owner",
        "{draft}personal/",
        {
            "address": ADDRESS,
            "employer": ("样例有限公司",),
            "identity": ("other", "military"),
            "identity_changed": ("no", "yes"),
        },
        keeps=("address", "employer"),
    ),
    "name": Form(
        "owner",
        "{draft}name/",
        {
            "choice": ("own", "ZHANG/SHILI"),
            "surname_romanised": ("ZHANG", "zhang"),
            "given_romanised": ("SHILI",),
            "confirmed": YES,
        },
        keeps=("surname_romanised", "given_romanised"),
    ),
    "contact": Form(
        "owner",
        "{draft}contact/",
        {"phone": PHONES, "emergency_name": ("阿依古丽·买买提", "彭𠮷样"), "emergency_phone": ("13800000002",)},
        keeps=("phone", "emergency_name", "emergency_phone"),
    ),
    "delivery": Form(
        "owner",
        "{draft}delivery/",
        {
            "method": ("courier", "pickup"),
            "recipient": ("鲁㐂例",),
            "phone": PHONES,
            "address": ADDRESS,
            "postcode": ("310000",),
        },
        keeps=("recipient", "phone", "address", "postcode"),
    ),
    "declaration": Form("owner", "{draft}check/", {"agreed": YES, "loss_sworn": YES}),
    "pay": Form("owner", "/pay/{reference}/start/", {"amount_fen": ("12000", "1")}),
    "again": Form("owner", "/apply/track/{reference}/again/", {"method": ("courier",), "address": ADDRESS}),
    "withdraw": Form("owner", "/apply/withdraw/{case}/", {"x": ("y",)}),
    "cashier": Form(
        "stranger", "/simulated-cashier/{cashier reference}/{cashier token}/", {"decision": ("pay", "fail")}
    ),
    "appearance": Form("stranger", "/appearance/", {"mode": ("elder",), "theme": ("dark",), "contrast": ("high",)}),
}
# Pages of the draft that keep an answer, by the part of the answers they write; what is kept is what was typed.
KEPT_AS = {"personal": ("address", "employer"), "contact": ("emergency_name",), "delivery": ("recipient", "address")}


@pytest.fixture
def town(db: None) -> world.World:
    made = world.build()
    made.doors["waiting"] = Client(raise_request_exception=False)
    row = request_code("13922223333", purpose=PhoneCode.SIGN_UP, address="test", language="zh-hans")
    made.doors["waiting"].get("/account/sign-up/")
    session = made.doors["waiting"].session
    session["phone_code"] = str(row.id)
    session.save()
    made.doors["waiting"].cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    claimant = accounts.signed_up("13944445555")
    accounts.started(claimant, without_face=True)
    made.doors["claimant"] = accounts.sign_in(Client(raise_request_exception=False), claimant)
    owner = Submission.objects.get(pk=made.rows["draft"]).beneficiary
    asked = {"PASSPORT": {"reason": "expiring", "statement": ""}}
    services.save_page(made.rows["draft"], "requests", asked, acting=owner.acting)
    return made


def fill(form: Form) -> st.SearchStrategy[dict[str, str]]:
    """Return a strategy: a form filled in as it may be, some of it spoilt, some left out."""
    right = st.fixed_dictionaries({name: st.sampled_from(likely) for name, likely in form.fields.items()})
    names = st.sampled_from(sorted(form.fields))
    spoilt = st.dictionaries(names, texts(), max_size=2)
    left_out = st.sets(names, max_size=1)
    return st.builds(
        lambda told, wrong, out: {name: value for name, value in {**told, **wrong}.items() if name not in out},
        right,
        spoilt,
        left_out,
    )


def send(town: world.World, form: Form, told: Mapping[str, str], kind: str = "") -> tuple[Any, Any]:
    """Send a form; returns the answer and the draft's answers as they were then, everything else taken back."""
    cache.clear()
    rows = {**town.rows, "draft": f"/apply/{town.rows['draft']}/"}
    kept: list[Any] = []

    def look(_answer: Any) -> None:
        kept.append(Submission.objects.get(pk=town.rows["draft"]).answers)

    body, more = (urlencode(told), {"content_type": kind}) if kind else (told, {})
    answer = knock(town.doors[form.actor], "POST", form.path.format(**rows), body, look=look, **more)
    return answer, kept[0]


def check(town: world.World, name: str, told: Mapping[str, str]) -> str:
    """Send a form and look at what came of it; returns taken, refused or shown."""
    form = FORMS[name]
    answer, kept = send(town, form, told)
    assert not walking.faults_of(answer), walking.faults_of(answer)
    assert answer.status_code in (200, 302, 400, 409, 429)
    if answer.status_code == 302:
        for key in KEPT_AS.get(name, ()):
            if name != "delivery" or told.get("method") == "courier":
                assert kept[name][key] == told[key].strip()
        if name == "contact":
            assert kept[name]["phone"] == digits(told["phone"].strip())
        return "taken"
    page = read(Page("http://testserver/", 200, answer.content.decode()))
    if not page.errors:
        return "shown"
    assert "<title>错误：" in page.html or name in TITLED_OTHERWISE, page.title
    for text in page.errors[1:]:
        assert not any(stock in text for stock in STOCK), text
    shown = {key: value for one in page.forms for key, value in one.sent}
    for key in form.keeps:
        if key in told and key in shown:
            assert lines(shown[key]) == lines(told[key]), key
    return "refused"


def lines(text: str) -> str:
    """A text as a browser sends it back: one kind of line break, and none before the first word of a text area."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_forms_filled_with_anything_are_taken_or_refused_with_what_was_typed(town: world.World) -> None:
    seen = run(town, QUICK)
    assert {name for name in FORMS if FORMS[name].keeps} <= {name for name, came in seen if came == "refused"}
    assert {"personal", "contact", "delivery", "reason", "name", "documents"} <= {
        n for n, came in seen if came == "taken"
    }


@pytest.mark.long
def test_ten_thousand_forms_filled_with_anything(
    town: world.World, record_property: Callable[[str, object], None]
) -> None:
    record_property("forms filled with anything", run(town, LONG // len(FORMS)).total())


def run(town: world.World, examples: int) -> Counter[tuple[str, str]]:
    """Fill every form so many times; returns how often each was taken, refused or merely shown."""
    seen: Counter[tuple[str, str]] = Counter()
    for name in FORMS:
        _fuzz(town, name, examples, seen)
    return seen


def _fuzz(town: world.World, name: str, examples: int, seen: Counter[tuple[str, str]]) -> None:
    @profile(max_examples=examples, deadline=None, database=None, derandomize=True)
    @given(told=fill(FORMS[name]))
    def fuzz(told: dict[str, str]) -> None:
        note(name)
        seen[name, check(town, name, told)] += 1

    fuzz()


WIZARD = ("documents", "reason", "personal", "name", "contact", "delivery", "declaration")


@pytest.mark.parametrize("flood", ["fields", "bytes", "token"])
def test_a_flood_is_turned_away_with_a_page_and_nothing_is_saved(town: world.World, flood: str) -> None:
    before = Submission.objects.get(pk=town.rows["draft"]).answers
    floods = {
        "fields": {f"field{number}": "x" for number in range(10_000)},
        "bytes": {"address": "长" * (10 * 1024 * 1024 // 3)},
        "token": {"csrfmiddlewaretoken": "x" * 64, "address": "新的住址写在这里，够长了"},
    }
    said = {"fields": 400, "bytes": 400, "token": 403}
    town.doors["owner"].handler.enforce_csrf_checks = flood == "token"
    for name in (*WIZARD, "sign-up", "city", "lookup"):
        # Sent as a browser sends a form without files: this way of sending is the one that is bounded.
        answer, kept = send(town, FORMS[name], floods[flood], kind="application/x-www-form-urlencoded")
        if flood == "token" and FORMS[name].actor != "owner":
            continue
        assert answer.status_code == said[flood], name
        assert not walking.faults_of(answer), name
        assert "<h1>" in answer.content.decode()
        assert kept == before
        assert len(answer.content) < 100_000


@pytest.mark.parametrize("name", ["彭𠮷样", "鲁㐂例", "阿依古丽·买买提", "欧阳" + "龘" * 48, "O'Neil-样例"])
def test_a_rare_name_comes_back_exactly(town: world.World, name: str) -> None:
    told = {"phone": "13911112222", "emergency_name": name, "emergency_phone": "13800000002"}
    door = town.doors["owner"]
    address = f"/apply/{town.rows['draft']}/contact/"
    assert door.post(address, told).status_code == 302
    page = read(Page("http://testserver/", 200, door.get(address).content.decode()))
    assert dict(page.form("emergency_name").sent)["emergency_name"] == name
    assert Submission.objects.get(pk=town.rows["draft"]).answers["contact"]["emergency_name"] == name
