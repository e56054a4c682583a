"""The floors of requests: bare views at bare addresses, without middleware, in the processes that also answer ours."""

import uuid
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.template import Context
from django.template.loader import get_template
from django.test import Client, override_settings
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import path

from applications.models import Application
from portal.accounts.models import Authority
from portal.common import clock
from portal.common.models import Event, Promise

PREFIX = "/floor/"
ROWS = 50
_pages: dict[str, tuple[Any, dict[str, Any]]] = {}


def look_up(_request: WSGIRequest, code: str) -> JsonResponse:
    """One row by primary key through the ORM, as JSON."""
    row = Authority.objects.get(pk=code)
    return JsonResponse({"code": row.code, "name": row.name})


def insert_event() -> Event:
    """Insert one row as wide as an event, through the ORM."""
    values = {"subject_kind": "benchmark", "subject_id": uuid.uuid4(), "seq": 1, "action": "file", "target": "filed"}
    told = {"actor_kind": "citizen", "actor_id": str(uuid.uuid4()), "authority": "310000", "at": clock.now()}
    return Event.objects.create(**values, **told)


def double_insert(_request: WSGIRequest) -> JsonResponse:
    """Two rows in one transaction: the floor of a submission."""
    now = clock.now()
    with transaction.atomic():
        event = insert_event()
        Promise.objects.create(topic="benchmark", key=str(event.pk), payload={}, created_at=now, due_at=now)
    return JsonResponse({"reference": str(event.pk)})


def rows(_request: WSGIRequest) -> JsonResponse:
    """Fifty rows as JSON."""
    found = Application.objects.order_by("due_on").values("receipt", "kind", "status", "due_on")[:ROWS]
    return JsonResponse({"rows": list(found)})


def page(request: WSGIRequest) -> HttpResponse:
    """The template of the page that is asked for, rendered once more with what its view had gathered."""
    asked = request.GET["path"]
    if asked not in _pages:
        _pages[asked] = _gathered(request, asked)
    template, known = _pages[asked]
    # Nothing around the template is asked again: what the context processors told is in the context already.
    return HttpResponse(template.render(Context({**known, "request": request})))


def _gathered(request: WSGIRequest, asked: str) -> tuple[Any, dict[str, Any]]:
    setup_test_environment()
    try:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = request.COOKIES[settings.SESSION_COOKIE_NAME]
        answer: Any = client.get(asked)
        assert answer.status_code == 200, answer.status_code
        known = dict(answer.context[0].flatten())
        name = str(answer.templates[0].name)
    finally:
        teardown_test_environment()
    template: Any = get_template(name)
    return template.template, {key: value for key, value in known.items() if key != "block"}


urlpatterns = [
    path("floor/look-up/<str:code>/", look_up),
    path("floor/double-insert/", double_insert),
    path("floor/rows/", rows),
    path("floor/page/", page),
]


class BareRequest(WSGIRequest):
    """A request that is resolved among the floors."""

    urlconf = "benchmarks.floors"


class Bare(WSGIHandler):
    """Django without any middleware."""

    request_class = BareRequest


def bare() -> WSGIHandler:
    """Return the handler of the floors."""
    with override_settings(MIDDLEWARE=[]):
        return Bare()
