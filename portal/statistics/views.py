"""The supervisor's page: what was issued, where and of which kind, against the month and the year before."""

import re
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents import catalog
from portal.common import clock, workdays
from portal.common.access import official
from portal.common.acting import Acting
from portal.common.admin import acting_of
from portal.common.models import Promise
from portal.statistics import charts, figures
from portal.statistics.figures import Asked, Compared, Figures
from portal.statistics.models import CountingState

_KINDS = (*catalog.FORM_KINDS, figures.ENDORSEMENTS)
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@official("supervisor")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show a month of the supervisor's jurisdiction; what lies outside it cannot be asked for."""
    acting = acting_of(request)
    places = figures.places(acting)
    months = figures.months_with_figures(acting)
    asked = _asked(request, acting, places, months)
    found = Figures(asked)
    now = figures.waiting(acting, asked.place, asked.kind)
    series = found.months()
    state = CountingState.objects.filter(name=CountingState.ONLY).first()
    context = {
        "asked": asked,
        "title": _month_name(asked.month),
        "counted_at": state.counted_at if state else None,
        "is_running": found.span.is_running,
        "last": found.span.last,
        "months": [(f"{month:%Y-%m}", _month_name(month), month == asked.month) for month in months],
        "places": [(code, name, code == asked.place) for code, name in places.items()],
        "kinds": [(kind, _kind_name(kind), kind == asked.kind) for kind in _KINDS],
        "tiles": _tiles(found, now),
        "wide": charts.year(series[""], width=630, height=256),
        "narrow": charts.year(series[""], width=311, height=250, every=3),
        "year_rows": [[_month_name(month), f"{n:,}", f"{before:,}"] for month, n, before in series[""]],
        "minis": [_mini(kind, row, series[kind]) for kind, row in found.by_kind.items()],
        "mini_months": [_month_name(month) for month, _n, _before in series[""]],
        "rows": _rows(found, now, places),
        "look": _look(found, now, places),
        "missing_years": workdays.missing_years(),
        "dead": Promise.objects.dead().count(),
    }
    return render(request, "statistics/overview.html", context)


def _asked(request: HttpRequest, acting: Acting, places: Any, months: list[date]) -> Asked:
    """Read the question; what is not offered counts as not asked."""
    typed = _MONTH.fullmatch(request.GET.get("month", ""))
    month = date(int(typed[1]), int(typed[2]), 1) if typed else clock.today().replace(day=1)
    place, kind = request.GET.get("place", ""), request.GET.get("kind", "")
    return Asked(
        acting,
        month if month in months else clock.today().replace(day=1),
        place if place in places else "",
        kind if kind in _KINDS else "",
    )


def _month_name(month: date) -> str:
    return _("%(year)s年%(month)s月") % {"year": month.year, "month": month.month}


def _words(now: int, before: int, *, than: str) -> dict[str, object]:
    """Say a comparison in words: the difference, and its share where there is something to share."""
    values = {"than": than, "count": f"{abs(now - before):,}"}
    if now == before:
        return {"text": _("和%(than)s一样") % values, "icon": "", "is_less": False}
    if before == 0:
        return {"text": _("%(than)s没有签发") % values, "icon": "trending-up", "is_less": False}
    values["share"] = f"{abs(now - before) / before:.1%}"
    text = _("比%(than)s多 %(count)s（%(share)s）") if now > before else _("比%(than)s少 %(count)s（%(share)s）")
    icon = "trending-up" if now > before else "trending-down"
    return {"text": text % values, "icon": icon, "is_less": now < before}


def _comparisons(row: Compared, *, is_running: bool) -> list[dict[str, object]]:
    month, year = (_("上月同期"), _("去年同期")) if is_running else (_("上月"), _("去年同月"))
    return [_words(row.now, row.month_before, than=month), _words(row.now, row.year_before, than=year)]


def _tiles(found: Figures, now: figures.Waiting) -> list[dict[str, object]]:
    overdue = sum(now.overdue.values())
    late = {
        "text": _("请先办这些") if overdue else _("没有超期的"),
        "icon": "triangle-alert" if overdue else "",
        "is_less": bool(overdue),
    }
    is_running = found.span.is_running
    return [
        {
            "term": _("签发"),
            "figure": f"{found.issued.now:,}",
            "unit": _("本、张"),
            "notes": _comparisons(found.issued, is_running=is_running),
        },
        {
            "term": _("送达"),
            "figure": f"{found.delivered.now:,}",
            "unit": _("本、张"),
            "notes": _comparisons(found.delivered, is_running=is_running),
        },
        {
            "term": _("现在待审"),
            "figure": f"{now.waiting:,}",
            "unit": _("件"),
            "notes": [{"text": _("等受理和等决定的"), "icon": "", "is_less": False}],
        },
        {"term": _("现在超过期限"), "figure": f"{overdue:,}", "unit": _("件"), "notes": [late]},
    ]


def _kind_name(kind: str) -> str:
    return _("签注") if kind == figures.ENDORSEMENTS else catalog.kind(kind).label


def _unit(kind: str) -> str:
    if kind == figures.ENDORSEMENTS:
        return _("个")
    return _("本") if catalog.kind(kind).form is catalog.Form.BOOKLET else _("张")


def _mini(kind: str, row: Compared, months: Any) -> dict[str, object]:
    return {
        "title": _kind_name(kind),
        "figure": f"{row.now:,}",
        "unit": _unit(kind),
        "note": _words(row.now, row.month_before, than=_("上月")),
        "bars": charts.small(months),
        "cells": [f"{n:,}" for _month, n, _before in months],
    }


def _rows(found: Figures, now: figures.Waiting, places: Any) -> list[dict[str, object]]:
    by_place = found.by_place
    most = max((row.now for row in by_place.values()), default=0)
    quiet = [code for code in now.overdue if code not in by_place]
    rows = {**by_place, **dict.fromkeys(quiet, Compared(0, 0, 0))}
    return [
        {
            "code": code,
            "name": places.get(code, code),
            "issued": f"{row.now:,}",
            "bar": charts.share(row.now, most),
            "month_before": f"{row.month_before:,}",
            "year_before": f"{row.year_before:,}",
            "note": _words(row.now, row.month_before, than=_("上月")),
            "overdue": now.overdue.get(code, 0),
        }
        for code, row in rows.items()
    ]


def _look(found: Figures, now: figures.Waiting, places: Any) -> dict[str, str] | None:
    """Name the place to look at: where terms have run out, else where the figure fell most."""
    if now.overdue:
        code = max(sorted(now.overdue), key=lambda one: now.overdue[one])
        return {
            "code": code,
            "name": places.get(code, code),
            "text": _("有 %(n)s 件超过期限还没有决定。") % {"n": now.overdue[code]},
        }
    fall = found.deepest_fall
    if fall is None:
        return None
    code, row = fall
    text = _("签发 %(now)s，比上月少 %(less)s。") % {"now": f"{row.now:,}", "less": f"{row.month_before - row.now:,}"}
    return {"code": code, "name": places.get(code, code), "text": text}
