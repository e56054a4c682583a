"""Every path of the portal carries a decision about who may open it, and the decision holds."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, StringConverter, UUIDConverter

from portal.common.access import OFFICIAL_ROLES
from portal.common.site import portal_admin

DECISIONS = {"public", "citizen", "provider", "development"}
# Views that are not ours to decorate, with the reason why each may be open.
OPEN_BY_NATURE = {
    "i18n/setlang/": "changes nothing but the language of this browser",
    "desk/login/": "sends on to the officials' own sign-in",
}
SIGN_IN_PAGES = ("/account/", "/desk/login/")
# Signing out leads to the workbench's door, which is closed itself.
DOOR = "/desk/"
EXAMPLES = {IntConverter: "1", UUIDConverter: str(uuid.UUID(int=7)), StringConverter: "example"}


@dataclass(frozen=True)
class Route:
    path: str
    view: Any
    example: str

    @property
    def decision(self) -> str:
        """Return the view's own mark; the admin's views are guarded by the site itself."""
        keeper = getattr(self.view, "model_admin", self.view)
        if getattr(keeper, "admin_site", None) is portal_admin:
            return "official:" + ",".join(OFFICIAL_ROLES)
        if isinstance(mark := getattr(self.view, "access", ""), str):
            return mark
        return ""


def routes(resolver: URLResolver | None = None, path: str = "", example: str = "/") -> Iterator[Route]:
    for entry in (resolver or get_resolver()).url_patterns:
        here, shown = path + str(entry.pattern), example + _filled(entry)
        if isinstance(entry, URLResolver):
            yield from routes(entry, here, shown)
        else:
            yield Route(here, entry.callback, shown)


def _filled(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        value = next((v for kind, v in EXAMPLES.items() if isinstance(converter, kind)), "example")
        for written in (f"<{name}>", *(f"<{kind}:{name}>" for kind in ("int", "str", "slug", "uuid", "path"))):
            text = text.replace(written, value)
    return text.removeprefix("^")


def is_decided(route: Route) -> bool:
    kind, _, roles = route.decision.partition(":")
    return kind in DECISIONS or (kind == "official" and set(roles.split(",")) <= set(OFFICIAL_ROLES))


def marked(kind: str) -> list[Route]:
    return [route for route in routes() if route.decision.partition(":")[0] == kind]


def test_every_route_has_a_decision() -> None:
    undecided = [r.path for r in routes() if not is_decided(r) and r.path not in OPEN_BY_NATURE]
    assert not undecided, "decorate these views with portal.common.access: " + ", ".join(undecided)


def test_a_route_without_a_decision_is_found() -> None:
    assert not is_decided(Route("planted/", lambda request: None, "/planted/"))


def test_the_exceptions_still_exist() -> None:
    assert {route.path for route in routes()} >= OPEN_BY_NATURE.keys()


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in_from_every_closed_page() -> None:
    client = Client()
    open_to_all = []
    for route in (*marked("citizen"), *marked("official")):
        if "(?" in route.example:
            continue
        for method in (client.get, client.post):
            answer = method(route.example)
            sent_away = answer.status_code == 302 and (answer.url == DOOR or answer.url.startswith(SIGN_IN_PAGES))
            if not sent_away and answer.status_code not in {401, 405}:
                open_to_all.append(f"{route.path}: {answer.status_code}")
    assert not open_to_all


@pytest.mark.django_db
def test_an_unsigned_call_is_refused_by_every_providers_path() -> None:
    client = Client()
    refused = {400, 401, 403}
    for route in marked("provider"):
        answer = client.post(route.example, data=b"{}", content_type="application/json")
        assert answer.status_code in refused, route.path
        assert client.get(route.example).status_code == 405, route.path


@pytest.mark.django_db
def test_development_pages_do_not_exist_in_production(settings: Any) -> None:
    settings.DEVELOPMENT_PAGES = False
    for route in marked("development"):
        statuses = {method(route.example).status_code for method in (Client().get, Client().post)}
        assert 404 in statuses, route.path
        assert statuses <= {404, 405}, route.path
