"""What templates draw and say: icons, documents as objects, sums of money, days and the share of validity left."""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.common import clock

register = template.Library()

BUILT = Path(__file__).resolve().parents[3] / "static" / "built"
RENEWAL_MONTHS = 6
FEN_PER_YUAN = 100
DECEMBER = 12
FIGURE_WIDTH = 40  # units of the gauge below which two figures would touch
RING = 251.3  # circumference of the ring drawn in components/ring.html: 2 × π × 40


class UnknownDrawingError(LookupError):
    """A template names an icon or a drawing that the build does not hold."""


@lru_cache(maxsize=1)
def _icons() -> dict[str, str]:
    """Return the drawings of all icons by name, as the front-end build wrote them."""
    try:
        icons: dict[str, str] = json.loads((BUILT / "icons.json").read_text("utf-8"))
    except FileNotFoundError:
        message = "static/built is missing: build the front end first (node static/build.mjs)"
        raise UnknownDrawingError(message) from None
    return icons


@register.simple_tag
def icon(name: str, label: str = "", css: str = "p-icon") -> SafeString:
    """Inline an icon: hidden from screen readers beside a word, named by `label` where it stands alone."""
    body = _icons().get(name)
    if body is None:
        message = f"no icon {name!r}: add it to static/src/icons.json and build"
        raise UnknownDrawingError(message)
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        css,
        voice,
        mark_safe(body),
    )


DRAWINGS = ("brand", "hkm", "moon_gate", "passport", "portrait", "twn")


@register.simple_tag
def drawing(  # noqa: PLR0913 - options of a tag
    kind: str, *, label: str = "", number: str = "", until: str = "", small: bool = False, css: str = ""
) -> SafeString:
    """Draw a document as an object; `number` (masked by the caller) and `until` stand on it unless it is `small`."""
    if kind not in DRAWINGS:
        message = f"no drawing {kind!r}; there are {', '.join(DRAWINGS)}"
        raise UnknownDrawingError(message)
    context = {"label": label, "number": number, "until": until, "small": small, "css": css}
    return mark_safe(get_template(f"components/drawings/{kind}.html").render(context).strip())


@register.simple_tag
def moon_gate() -> SafeString:
    """Draw the moon gate of the start page; once a page."""
    return drawing("moon_gate")


@register.filter
def fen(amount: int) -> str:
    """Say integer fen as money: 12000 is "120 元", 1550 is "15.50 元"."""
    whole, rest = divmod(int(amount), FEN_PER_YUAN)
    return _("%(amount)s 元") % {"amount": f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"}


@register.filter
def yuan(amount: int) -> str:
    """Write integer fen as a bare figure with two places, for columns of a table: 12000 is "120.00"."""
    whole, rest = divmod(int(amount), FEN_PER_YUAN)
    return f"{whole:,}.{rest:02d}"


def _weekday(on: date) -> str:
    """Return the short name of the weekday."""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[on.weekday()]


def _local_day(value: date | datetime) -> date:
    """Return the day in the portal's zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _parts(on: date) -> dict[str, Any]:
    """Return what a language may need to write a day; `month_name` is in the case a date asks for."""
    return {
        "year": on.year,
        "month": on.month,
        "day": on.day,
        "weekday": _weekday(on),
        "month_name": format_date(on, "E"),
    }


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day with its weekday, and with its year unless that is the current one: "11月20日（周五）"."""
    if not value:
        return ""
    on = _local_day(value)
    if on.year == clock.today().year:
        return _("%(month)s月%(day)s日（%(weekday)s）") % _parts(on)
    return _("%(year)s年%(month)s月%(day)s日（%(weekday)s）") % _parts(on)


@register.filter
def full_day(value: date | datetime | None) -> str:
    """Write a day as documents show it, with year and without weekday: "2027年3月2日"."""
    return _("%(year)s年%(month)s月%(day)s日") % _parts(_local_day(value)) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Write a day and the hour: "11月20日（周五）14:32"."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return pgettext("day, time", "%(day)s%(time)s") % {"day": day(local), "time": f"{local:%H:%M}"}


@register.filter
def stamp(value: datetime | None) -> str:
    """Write when something happened, without weekday: "11月12日 20:14"; the year unless it is the current one."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    pattern = _("%(month)s月%(day)s日") if local.year == clock.today().year else _("%(year)s年%(month)s月%(day)s日")
    return f"{pattern % _parts(local.date())} {local:%H:%M}"


@register.filter
def deadline(value: date | datetime | None) -> str:
    """Write the end of a term: midnight belongs to the day before it, as "11月20日（周五）24:00"."""
    if not isinstance(value, datetime):
        return day(value)
    local = timezone.localtime(value)
    if local.time() != time.min:
        return moment(value)
    return pgettext("day, time", "%(day)s%(time)s") % {"day": day(local.date() - timedelta(days=1)), "time": "24:00"}


@register.filter
def iso(value: date | datetime | None) -> str:
    """Write a day or moment for the datetime attribute of <time>."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat() if value else ""


@register.filter
def days_left(value: date | datetime | None) -> str:
    """Say how many days are left: "还有 4 天", "今天到期", "已过 3 天"."""
    if not value:
        return ""
    if isinstance(value, datetime):
        # A term that ends at midnight ends with the day before.
        value -= timedelta(microseconds=1)
    days = (_local_day(value) - clock.today()).days
    if not days:
        return _("今天到期")
    if days < 0:
        return ngettext("已过 %(days)s 天", "已过 %(days)s 天", -days) % {"days": -days}
    return ngettext("还有 %(days)s 天", "还有 %(days)s 天", days) % {"days": days}


def _months_on(start: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month where it has no such day."""
    year, month = start.year + (start.month - 1 + months) // DECEMBER, (start.month - 1 + months) % DECEMBER + 1
    first_after = date(year + month // DECEMBER, month % DECEMBER + 1, 1)
    return min(date(year, month, 1) + timedelta(days=start.day - 1), first_after - timedelta(days=1))


@register.inclusion_tag("components/ring.html")
def ring(issued: date, expires: date) -> dict[str, Any]:
    """Draw the share of validity left; amber when less than six months remain."""
    today = clock.today()
    left = max((expires - today).days, 0)
    share = min(left / max((expires - issued).days, 1), 1)
    figure, unit = str(left), pgettext("validity", "天")
    years = left / 365.25
    if years >= 1:
        figure, unit = f"{years:.1f}".removesuffix(".0"), pgettext("validity", "年")
    label = _("还有 %(figure)s %(unit)s到期") % {"figure": figure, "unit": unit} if left else _("已过期")
    return {
        "dash": f"{share * RING:.1f} {RING}",
        "figure": figure,
        "unit": unit,
        "label": label,
        "is_soon": expires < _months_on(today, RENEWAL_MONTHS),
    }


@register.inclusion_tag("components/bar.html")
def bar(step: int, steps: int, is_over: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - called from templates
    """Draw the stops of one track: those before `step` are done; all are when it is over."""
    states = ["done" if is_over or at < step else "now" if at == step else "open" for at in range(1, steps + 1)]
    label = _("已全部完成") if is_over else _("第 %(step)s 步，共 %(steps)s 步") % {"step": step, "steps": steps}
    return {"states": states, "label": label}


def _plain(figure: float) -> str:
    """Write a figure without trailing zeros, the same in every language (it also goes into drawings)."""
    return f"{figure:.2f}".rstrip("0").rstrip(".")


@register.inclusion_tag("components/photo/gauge.html")
def gauge(value: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """Draw a measured value beside its bounds; at least one bound is given."""
    # A template hands over "" for a bound that is not there.
    low, high = (bound if isinstance(bound, int | float) else None for bound in (low, high))
    bounds = [bound for bound in (low, high) if bound is not None]
    room = (max(bounds) - min(bounds)) or max(bounds, default=1) or 1
    left = min([*bounds, value]) - room * 0.75 if len(bounds) > 1 else min(0, value)
    right = max([*bounds, value]) + room * (0.75 if len(bounds) > 1 else 0.25)

    def at(figure: float) -> float:
        return round((figure - left) / (right - left) * 400, 1)

    start = at(low) if low is not None else 0.0
    end = at(high) if high is not None else 400.0
    spot = min(max(at(value), 12.0), 388.0)
    ticks = [
        {"x": f"{at(bound)}", "text": _plain(bound), "is_shown": abs(at(bound) - spot) > FIGURE_WIDTH}
        for bound in bounds
    ]
    is_bad = (low is not None and value < low) or (high is not None and value > high)
    required = "–".join(_plain(bound) for bound in bounds)
    label = _("量到 %(value)s，要求 %(required)s") % {"value": _plain(value), "required": required}
    if len(bounds) == 1:
        text = _("量到 %(value)s，最多 %(required)s") if low is None else _("量到 %(value)s，最少 %(required)s")
        label = text % {"value": _plain(value), "required": required}
    return {
        "start": f"{start}",
        "width": f"{end - start:.1f}",
        "at": f"{spot}",
        "ticks": ticks,
        "is_bad": is_bad,
        "value": _plain(value),
        "label": label,
    }
