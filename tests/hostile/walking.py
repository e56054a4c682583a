"""Walks over the URL configuration: every address, filled with arguments, knocked at, its answer looked over."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests.hostile.matrix import RULES, Rule

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
SCRIPT = "<script>alert(1)</script>"
UNSAFE = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:")
SIGN_IN_PAGES = ("/account/sign-in/", "/account/staff/", "/desk/login/")
DOOR = "/desk/"
HIDDEN_COOKIES = ("sessionid", "csrftoken", "appearance", "django_language")


@dataclass(frozen=True)
class Route:
    """One address: its pattern, and the name its rule is listed under."""

    pattern: str
    name: str

    @property
    def rule(self) -> Rule:
        """Return the expectation."""
        return RULES[self.name]

    @property
    def parameters(self) -> list[str]:
        """Return the names of its parameters, none where the address is a regular expression."""
        return [] if self.rule.path else PARAMETER.findall(self.pattern)

    def path(self, values: Mapping[str, object]) -> str:
        """Return the address with these values, percent-encoded."""
        return self.rule.path or "/" + PARAMETER.sub(lambda found: quote(str(values[found[1]]), safe=""), self.pattern)

    def true_values(self, rows: Mapping[str, Any]) -> dict[str, str]:
        """Return the values under which the address shows the owner's row."""
        rule = self.rule
        return {name: rule.fixed.get(name) or str(rows[rule.args[name]]) for name in self.parameters}


def routes() -> list[Route]:
    """Return every address of the portal."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, path: str, space: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, here, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield Route(here, space + entry.name if entry.name else here)


def knock(
    client: Client, method: str, path: str, data: Any = None, look: Callable[[Any], None] | None = None, **more: Any
) -> Any:
    """Send a request, `look` at what it did, and take its effects back, cookies too; returns the answer."""
    before = dict(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method.lower())(path, data, **more)
        if look:
            look(answer)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(before)
    return answer


def faults_of(answer: Any) -> list[str]:
    """Return what no answer may have or lack, whatever it says."""
    # That nobody works behind the web server is what the page of health says with 503.
    said = answer.status_code == 503 and answer.request["PATH_INFO"] == "/healthz"
    found = [f"{answer.status_code} {_error_of(answer)}"] if answer.status_code >= 500 and not said else []
    policy = answer.headers.get("Content-Security-Policy", "")
    sources = [part for rule in policy.split(";") for part in rule.split()[1:]]
    if (
        "default-src 'self'" not in policy
        or "frame-ancestors 'none'" not in policy
        or "object-src 'none'" not in policy
    ):
        found.append("no strict content security policy")
    found += [f"policy allows {source}" for source in sources if source.strip("'") in UNSAFE]
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    found += [f"no {name}" for name, value in wanted.items() if answer.headers.get(name) != value]
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("may be stored")
    found += [
        f"cookie {name} is open to scripts or other sites"
        for name, cookie in answer.cookies.items()
        if cookie["max-age"] != 0 and not (cookie["httponly"] and cookie["samesite"] in ("Lax", "Strict"))
    ]
    target = urlsplit(answer.headers.get("Location", ""))
    if target.netloc not in ("", "testserver"):
        found.append(f"leads away to {target.netloc}")
    if not answer.streaming and SCRIPT.encode() in answer.content:
        found.append("a script typed by somebody is on the page")
    return found


def _error_of(answer: Any) -> str:
    kind, error, _trace = getattr(answer, "exc_info", None) or (None, "", None)
    return f"{getattr(kind, '__name__', '')}: {error}"


def reads_as(answer: Any) -> str:
    """Return what an answer amounts to: in, sign_in, refused, absent or no_method."""
    if answer.status_code == 405:
        return "no_method"
    if answer.status_code == 401:
        return "sign_in"
    if answer.status_code == 403:
        return "refused"
    if answer.status_code == 404:
        return "absent"
    if answer.status_code == 302 and answer.url.startswith(SIGN_IN_PAGES):
        return "sign_in"
    return "in"
