"""Every address of the portal, knocked at by everybody in every way: never a fault, never somebody else's row."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.test import Client

from portal.home.journey.browser import Form, Page, read
from tests.hostile import walking, world
from tests.hostile.matrix import LISTS, RULES
from tests.hostile.walking import Route, knock, routes

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE")
# The rarer methods end where GET does, or at the door: these three knock with all of them.
THOROUGH = ("stranger", "owner", "officer")
UNKNOWN = "12345678-1234-4234-8234-123456789abc"
RUBBISH = (
    UNKNOWN,
    "-1",
    "9223372036854775808",
    "a\x00b",
    "x" * 4000,
    "\u202e😀𠮷·\ud7ff\ufffe\U0010ffff",
    "' OR 1=1 --" + walking.SCRIPT,
    "../../etc/passwd",
    "//evil.example/",
    "%s{{7*7}}%(x)s",
)
QUERY = (
    "page",
    "p",
    "q",
    "o",
    "e",
    "next",
    "month",
    "place",
    "kind",
    "shot",
    "back",
    "queue",
    "_popup",
    "status__exact",
)
# What a field can stumble over; an address sees all of the above.
TYPED = RUBBISH[2:7]
# Lists with a key of text, of a number and of a UUID; the others are built from the same parts.
SAMPLED = ("accounts/authority", "documents/tariff", "applications/application")
# Addresses that open and then say that what was asked for is not there.
TOLD = {"admin:autocomplete": 403, "desk/(?P<url>.*)$": 404}


@pytest.fixture
def town(db: None) -> world.World:
    return world.build()


def is_stock(route: Route) -> bool:
    """Whether the page is Django's own, which sends people away in its own manner."""
    return route.name.startswith(("admin:", "desk/"))


def is_sampled(route: Route) -> bool:
    listed = [name for name in LISTS if name in route.pattern]
    return not listed or listed[0] in SAMPLED


def insiders(route: Route) -> list[str]:
    return [actor for actor in world.ACTORS if route.rule.expected_of(actor) == "in"]


def words(answer: Any) -> str:
    """What a page says, without its form tokens and its own address."""
    said = re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', "", answer.content.decode())
    return said.replace(answer.request["PATH_INFO"], "")


def complain(found: dict[str, list[str]]) -> None:
    told = [f"{who}: {'; '.join(what)}" for who, what in sorted(found.items()) if what]
    assert not told, "\n".join(told)


def test_every_route_is_listed_with_its_expectation_and_no_other() -> None:
    names = {route.name for route in routes()}
    assert not names - RULES.keys(), "list these addresses with who may open them in tests/hostile/matrix.py"
    assert not RULES.keys() - names, "these addresses exist no more"


def test_nobody_gets_more_than_the_matrix_says_and_nothing_breaks(town: world.World) -> None:
    found: dict[str, list[str]] = {}
    for route in routes():
        path = route.path(route.true_values(town.rows))
        for actor in world.ACTORS:
            for method in METHODS if actor in THOROUGH else METHODS[:2]:
                answer = knock(town.doors[actor], method, path)
                faults = walking.faults_of(answer) + list(_surprises(route, actor, method, answer))
                if faults:
                    found[f"{actor} {method} {route.name} {path}"] = faults
    complain(found)


def _surprises(route: Route, actor: str, method: str, answer: Any) -> Iterator[str]:
    reads, expected = walking.reads_as(answer), route.rule.expected_of(actor, method)
    allowed = {expected}
    if method in ("PUT", "DELETE") or method[0].replace("H", "G") not in route.rule.methods:
        allowed.add("no_method")
    if route.rule.kind in ("provider", "door"):
        allowed.add("sign_in")
    if expected == "absent" and method == "POST":
        allowed.add("refused")
    if is_stock(route) and expected != "in" and answer.status_code == 302 and answer.url == walking.DOOR:
        # Away to the index, which is closed itself to whoever does not work here.
        return
    if is_stock(route) and expected == "refused":
        allowed |= {"sign_in", "absent"}
    if reads not in allowed and TOLD.get(route.name) != answer.status_code:
        yield f"{expected} was expected, {answer.status_code} {answer.headers.get('Location', '')} came"


def test_an_unknown_row_and_somebody_elses_give_the_same_answer(town: world.World) -> None:
    found = {}
    for route in routes():
        if route.rule.kind not in ("own", "row") or not route.rule.args:
            continue
        true = route.true_values(town.rows)
        absent = route.path(true | dict.fromkeys(route.rule.args, UNKNOWN))
        for actor in (one for one in world.ACTORS if route.rule.expected_of(one) == "absent"):
            foreign, unknown = (knock(town.doors[actor], "GET", path) for path in (route.path(true), absent))
            if foreign.status_code != unknown.status_code or words(foreign) != words(unknown):
                found[f"{actor} {route.name}"] = [f"{foreign.status_code} and {unknown.status_code}"]
    complain(found)


def test_rubbish_in_an_address_finds_nothing_and_breaks_nothing(town: world.World) -> None:
    complain(_throw_rubbish(town, [route for route in routes() if is_sampled(route)]))


@pytest.mark.long
def test_rubbish_in_any_address_by_anybody(town: world.World, record_property: Callable[[str, object], None]) -> None:
    thrown = 0
    for actor in world.ACTORS:
        found = _throw_rubbish(town, routes(), actor)
        complain(found)
        thrown += len(found)
    record_property("requests with rubbish in the address", thrown)


def _throw_rubbish(town: world.World, thrown_at: Iterable[Route], actor: str = "") -> dict[str, list[str]]:
    """Return the faults of every answer, mostly none."""
    found: dict[str, list[str]] = {}
    for route in thrown_at:
        door = town.doors[actor or (insiders(route) or ["supervisor"])[0]]
        true = route.true_values(town.rows)
        for value in RUBBISH:
            answers = {f"?{value[:20]!r}": knock(door, "GET", route.path(true), dict.fromkeys(QUERY, value))}
            for parameter in route.parameters:
                for method in ("GET", "POST") if "P" in route.rule.methods else ("GET",):
                    path = route.path({**true, parameter: value})
                    answers[f"{method} {parameter} {value[:20]!r}"] = knock(door, method, path)
            found |= {f"{route.name} {said}": walking.faults_of(it) for said, it in answers.items()}
    return found


def test_rubbish_in_every_field_of_every_form_breaks_nothing(town: world.World) -> None:
    found: dict[str, list[str]] = {}
    tried = 0
    for route in routes():
        actor = (insiders(route) or ["supervisor"])[0]
        page = knock(town.doors[actor], "GET", route.path(route.true_values(town.rows)))
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        for form in _own_forms(page):
            tried += 1
            names = {name for name, _value in form.sent} | form.offered.keys()
            for value in TYPED:
                answer = knock(town.doors[actor], "POST", form.action, dict.fromkeys(names, value))
                if faults := walking.faults_of(answer):
                    found[f"{route.name} {value[:20]!r}"] = faults
    complain(found)
    assert tried > 20


def _own_forms(answer: Any) -> list[Form]:
    page = read(Page("http://testserver" + answer.request["PATH_INFO"], 200, answer.content.decode()))
    everywhere = ("/i18n/", "/appearance/", "/sign-out/", "/logout/")
    return [form for form in page.forms if form.method == "post" and not form.action.endswith(everywhere)]


def test_no_form_is_taken_without_its_token(town: world.World) -> None:
    found = {}
    for route in routes():
        if "P" not in route.rule.methods or route.rule.kind == "provider":
            continue
        door = Client(enforce_csrf_checks=True, raise_request_exception=False)
        answer = knock(door, "POST", route.path(route.true_values(town.rows)), {"a": "b"})
        if answer.status_code != 403 or walking.faults_of(answer):
            found[route.name] = [str(answer.status_code), *walking.faults_of(answer)]
    complain(found)


@pytest.mark.django_db
def test_answers_given_before_any_page_are_as_closed_as_pages() -> None:
    strange = Client(raise_request_exception=False)
    for answer in (
        strange.get("/help"),
        strange.get("/no/such/page/"),
        strange.get("/help/", headers={"host": "evil.example"}),
        strange.post("/i18n/setlang/", {"language": "en", "next": "//evil.example/"}),
        strange.post("/i18n/setlang/", {"language": "x\x00y", "next": "\x00"}),
    ):
        assert not walking.faults_of(answer), (answer.request["PATH_INFO"], walking.faults_of(answer))
