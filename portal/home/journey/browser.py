"""A small browser: cookies, redirects, forms as a page without scripts has them; standard library only."""

import json
import mimetypes
import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any, ClassVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

TIMEOUT_SECONDS = 60
OK = 200
PATIENCE_SECONDS = 90.0
ERROR_SUMMARY = "govuk-error-summary"


class Stuck(Exception):
    """The path does not go on; the text says where and why."""


@dataclass(frozen=True)
class Upload:
    """A file to be sent in a form."""

    name: str
    data: bytes = field(repr=False)


Value = str | Upload | Sequence[str]


@dataclass
class Form:
    """A form of a page: what it would send as it stands, and the choices it offers by field."""

    action: str
    method: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    offered: dict[str, list[str]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Tell whether a field or a button is called so."""
        return name in self.offered or any(name == sent for sent, _ in self.sent)


@dataclass
class Page:
    """A page as it came: its address after redirects, its words, links and forms."""

    url: str
    status: int
    html: str
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path

    @property
    def title(self) -> str:
        """The words of the title."""
        found = re.search(r"<title>(.*?)</title>", self.html, re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    def form(self, name: str) -> Form:
        """Return the form that has a field or button of this name."""
        for form in self.forms:
            if form.has(name):
                return form
        raise Stuck(f"{self.path} has no form with {name}")

    def form_to(self, ending: str) -> Form | None:
        """Return the form that is sent to an address ending so, if there is one."""
        return next((form for form in self.forms if urlsplit(form.action).path.endswith(ending)), None)

    def link(self, part: str) -> str:
        """Return the first address that holds `part`."""
        for href, _ in self.links:
            if part in href:
                return urljoin(self.url, href)
        raise Stuck(f"{self.path} has no link to {part}")


class _Reader(HTMLParser):
    """Reads forms, links and the error summary."""

    VOID: ClassVar[set[str]] = {"input", "img", "br", "meta", "link", "hr", "wbr", "source", "path", "rect"}

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.current: Form | None = None
        self.area: tuple[str, list[str]] | None = None
        self.select = ""
        self.href: tuple[str, list[str]] | None = None
        self.error_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of what a person could use."""
        told = {name: value or "" for name, value in attrs}
        if self.error_depth and tag not in self.VOID:
            self.error_depth += 1
        elif ERROR_SUMMARY in told.get("class", "").split():
            self.error_depth = 1
        if tag == "form":
            action = urljoin(self.page.url, told.get("action", ""))
            self.current = Form(action, told.get("method", "get").lower())
            self.page.forms.append(self.current)
        elif tag == "a":
            self.href = (told.get("href", ""), [])
        elif self.current is not None:
            self._field(self.current, tag, told)

    def _field(self, form: Form, tag: str, told: Mapping[str, str]) -> None:
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "option" and self.select:
            form.offered[self.select].append(value)
            if "selected" in told:
                form.sent.append((self.select, value))
        elif tag == "textarea" and name:
            self.area = (name, [])
        elif tag == "select" and name:
            self.select = name
            form.offered.setdefault(name, [])
        elif tag == "button" and name:
            form.offered.setdefault(name, []).append(value)
        elif tag == "input" and name and "disabled" not in told:
            self._input(form, told.get("type", "text"), name, told)

    @staticmethod
    def _input(form: Form, kind: str, name: str, told: Mapping[str, str]) -> None:
        if kind in ("radio", "checkbox"):
            value = told.get("value", "") or "on"
            form.offered.setdefault(name, []).append(value)
            if "checked" in told:
                form.sent.append((name, value))
        elif kind == "file":
            form.offered.setdefault(name, [])
        elif kind not in ("submit", "button"):
            form.sent.append((name, told.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if self.error_depth and tag not in self.VOID:
            self.error_depth -= 1
        if tag == "form":
            self.current = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.area and self.current is not None:
            self.current.sent.append((self.area[0], "".join(self.area[1]).removeprefix("\n")))
            self.area = None
        elif tag == "a" and self.href:
            self.page.links.append((self.href[0], "".join(self.href[1]).strip()))
            self.href = None

    def handle_data(self, data: str) -> None:
        """Collect the words."""
        if self.area:
            self.area[1].append(data)
        if self.href:
            self.href[1].append(data)
        if self.error_depth and data.strip():
            self.page.errors.append(data.strip())


def read(page: Page) -> Page:
    """Fill in the forms, links and errors of a page from its HTML."""
    _Reader(page).feed(page.html)
    return page


class Browser:
    """One person's browser: their cookies, the page they look at."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/") + "/"
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.opener.addheaders = [("Accept-Language", "zh-CN"), ("User-Agent", "journey")]
        self.page = Page(self.base, 0, "")

    def get(self, path: str) -> Page:
        """Open a page; raises Stuck when it answers anything but 200."""
        return self._open(Request(urljoin(self.base, path)))  # noqa: S310 - http and https alone, see the command

    def get_json(self, path: str) -> Any:
        """Open an address that answers in JSON."""
        return json.loads(self.get(path).html)

    def submit(self, form: Form, /, **values: Value) -> Page:
        """Send a form with these values over what it holds; raises Stuck when it comes back with errors."""
        pairs: list[tuple[str, str | Upload]] = [(name, value) for name, value in form.sent if name not in values]
        for name, value in values.items():
            pairs += [(name, value)] if isinstance(value, str | Upload) else [(name, one) for one in value]
        if form.method == "get":
            plain = urlencode([(name, value) for name, value in pairs if isinstance(value, str)])
            return self.get(form.action.partition("?")[0] + "?" + plain)
        body, kind = _encode(pairs)
        headers = {"Content-Type": kind, "Referer": self.page.url}
        page = self._open(Request(form.action, body, headers, method="POST"))  # noqa: S310 - the same
        if page.errors:
            raise Stuck(f"{page.path}: {' '.join(page.errors)}")
        return page

    def send(self, name: str, /, **values: Value) -> Page:
        """Send the form of the open page that has a field `name`."""
        return self.submit(self.page.form(name), **values)

    def _open(self, request: Request) -> Page:
        try:
            answer = self.opener.open(request, timeout=TIMEOUT_SECONDS)
        except HTTPError as error:
            answer = error
        except (URLError, TimeoutError, ConnectionError) as error:
            raise Stuck(f"{request.full_url} does not answer: {error}") from error
        with answer:
            data = answer.read()
            page = Page(answer.url, int(answer.status or 0), data.decode(errors="replace"))
        self.page = read(page)
        if page.status != OK:
            words = " ".join(page.errors) or page.title
            raise Stuck(f"{page.path} answers {page.status}: {words}")
        return page


def _encode(pairs: Sequence[tuple[str, str | Upload]]) -> tuple[bytes, str]:
    if not any(isinstance(value, Upload) for _, value in pairs):
        plain = [(name, value) for name, value in pairs if isinstance(value, str)]
        return urlencode(plain).encode(), "application/x-www-form-urlencoded"
    edge = secrets.token_hex(16)
    parts = []
    for name, value in pairs:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, Upload):
            kind = mimetypes.guess_type(value.name)[0] or "application/octet-stream"
            parts.append(f'{head}; filename="{value.name}"\r\nContent-Type: {kind}\r\n\r\n'.encode() + value.data)
        else:
            parts.append(f"{head}\r\n\r\n{value}".encode())
    return b"\r\n".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


def rounds(seconds: float = PATIENCE_SECONDS, pause: float = 0.5) -> Iterator[None]:
    """Yield at once and then after every pause, until so many seconds have passed."""
    deadline = time.monotonic() + seconds
    yield
    while time.monotonic() < deadline:
        time.sleep(pause)
        yield
