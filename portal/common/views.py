"""Views of the ground floor: how pages look, and whether the portal is well."""

import os

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from portal.common import access, clock, context, heartbeat, outbox, workdays
from portal.common.models import Promise

YEAR_SECONDS = 365 * 24 * 3600
STALE_SECONDS = 60
JPEG = "image/jpeg"


def private_file(data: bytes, *, media: str, name: str) -> HttpResponse:
    """Return an answer that hands a personal file out: only a JPEG is shown by the browser, which keeps none."""
    response = HttpResponse(data, content_type=media)
    disposition = content_disposition_header(media != JPEG, name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


@access.public
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep a person's choice of large print, theme and contrast, and go back to the page they came from."""
    chosen = context.read_appearance(request)
    for name, allowed in (("mode", context.MODES), ("theme", context.THEMES), ("contrast", context.CONTRASTS)):
        if request.POST.get(name) in allowed:
            chosen[name] = request.POST[name]
    back = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    value = ".".join((chosen["mode"], chosen["theme"], chosen["contrast"]))
    response.set_cookie(
        context.COOKIE, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure()
    )
    if request.user.is_authenticated:
        request.user.appearance = value
        request.user.save(update_fields=["appearance"])
    return response


@access.public
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view
    """Say how database, broker, the workers of each queue, beat, outbox and calendar are, and what a person has to do.

    503 when something does not work now; what only has to be looked at (given-up steps, a year to load) stays 200.
    """
    report: dict[str, object] = {}
    queues = {outbox.DEFAULT_QUEUE} | {topic.queue for topic in outbox.topics.values()}
    names = [*(heartbeat.worker_of(queue) for queue in sorted(queues)), "beat"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        report["database"] = "ok"
        now = clock.now()
        for name in names:
            seen = heartbeat.last(name)
            report[f"{name}_age_seconds"] = round((now - seen).total_seconds()) if seen else None
        waiting = outbox.oldest_waiting()
        report["oldest_waiting_seconds"] = round((now - waiting).total_seconds()) if waiting else 0
        report["dead_promises"] = Promise.objects.dead().count()
        report["calendar_years_to_load"] = workdays.missing_years()
    except DatabaseError:
        report["database"] = "down"
    report["broker"] = _broker()
    ages = [report.get(f"{name}_age_seconds") for name in names]
    alive = all(isinstance(age, int) and age < STALE_SECONDS for age in ages)
    well = report["database"] == "ok" and report["broker"] == "ok" and alive
    report["to_do"] = _to_do(report)
    return JsonResponse({"status": "ok" if well else "attention", **report}, status=200 if well else 503)


def _to_do(report: dict[str, object]) -> list[str]:
    """Return what a person has to do, in words for operators."""
    years = report.get("calendar_years_to_load")
    found = [
        f"LOAD THE HOLIDAY NOTICE OF {year}: due dates in {year} are provisional. Add "
        f"portal/common/data/calendar-{year}.json, then run manage.py load_calendar."
        for year in (years if isinstance(years, list) else [])
    ]
    if report.get("dead_promises"):
        found.append("Look at the steps that were given up: they are on the officials' desk.")
    return found


def _broker() -> str:
    if not settings.REDIS_URL:
        folder = str(settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in", ""))
        return "down" if folder and not os.access(folder, os.W_OK) else "ok"
    from_app = current_app.connection_for_read(transport_options={"socket_connect_timeout": 2})
    try:
        with from_app as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return "down"
    return "ok"
