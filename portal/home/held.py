"""The documents a person holds, as objects with their validity and what to do about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.services import TrackedForm
from documents import catalog
from documents.models import IssuedDocument
from documents.services import PriceMissing, current_revision, endorsements_of, fees, renewal_hint, scope
from portal.accounts.models import Person
from portal.common import clock
from portal.common.masking import mask_document_number
from portal.common.templatetags.portal import fen, full_day

DRAWINGS: Mapping[str, str] = {
    catalog.PASSPORT: "passport",
    catalog.HKM_PERMIT: "hkm",
    catalog.TWN_PERMIT: "twn",
}


@dataclass(frozen=True)
class Ended:
    """A document that no longer counts, in one line."""

    title: str
    number: str
    ended_on: date | None


def ended(rows: Sequence[IssuedDocument]) -> list[Ended]:
    """Return those of a person's documents that have ended."""
    return [Ended(row.label, mask_document_number(row.number), row.ended_on) for row in rows if row.end_code]


def shown(rows: Sequence[IssuedDocument], person: Person, forms: Sequence[TrackedForm]) -> list[dict[str, object]]:
    """Return documents as components/documents.html takes them."""
    today = clock.today()
    offered = scope(current_revision(today))
    in_scope = offered.covers_city(person.hukou_code)
    prices = _prices(today)
    replacing = {case.row.old_document_id: form for form in forms for case in form.cases if case.now}
    trips = _endorsements(person)
    return [
        _object(row, today, replacing.get(row.pk), in_scope=in_scope, price=prices.get(row.kind))
        | {"endorsements": trips.get(row.pk, [])}
        for row in rows
    ]


def _endorsements(person: Person) -> Mapping[UUID, list[dict[str, str]]]:
    """Return the endorsements in force by the permit they are written on."""
    found: dict[UUID, list[dict[str, str]]] = {}
    for one in endorsements_of(person):
        line = {"term": one.label, "text": _("有效期至%(day)s") % {"day": full_day(one.expires_on)}}
        found.setdefault(one.permit_id, []).append(line)
    return found


def _prices(today: date) -> Mapping[str, int]:
    items = {kind: catalog.tariff_item(kind, "replace") for kind in catalog.FORM_KINDS}
    try:
        found = fees(set(items.values()), accepted_on=today)
    except PriceMissing:
        # Without a price nothing is promised; the application itself asks for it and says what is missing.
        return {}
    return {kind: found[item] for kind, item in items.items()}


def _object(
    row: IssuedDocument, today: date, form: TrackedForm | None, *, in_scope: bool, price: int | None
) -> dict[str, object]:
    hint = renewal_hint(row, today)
    place: dict[str, object] = {
        "drawing": DRAWINGS[row.kind],
        "title": row.label,
        "number": mask_document_number(row.number),
        "until_short": f"{row.expires_on:%Y.%m.%d}",
        "issued": row.issued_on,
        "expires": row.expires_on,
    }
    if form is not None:
        return place | {
            "tag": _("正在办新的，旧的现在还能用") if hint.is_in_force else _("正在办新的"),
            "tag_kind": "act",
            "tag_icon": "refresh-cw",
            "action": _("看进度"),
            "action_href": reverse("applications:track", args=[form.submission.reference]),
            "action_class": "3",
        }
    if not hint.is_in_force:
        return place | {"tag": _("已过期，请到窗口重新申请"), "tag_kind": "bad", "tag_icon": "map-pin"}
    if hint.is_renewable and in_scope:
        return place | {
            "tag": _("不足 6 个月，可以换发"),
            "tag_kind": "warn",
            "tag_icon": "clock",
            "action": _("换发，%(price)s") % {"price": fen(price)} if price is not None else _("换发"),
            "action_href": reverse("applications:start"),
        }
    if hint.is_renewable:
        return place | {"tag": _("不足 6 个月，请到窗口换发"), "tag_kind": "warn", "tag_icon": "map-pin"}
    renewable = {"term": _("可以换发"), "text": _("%(day)s起") % {"day": full_day(hint.renewable_from)}}
    return place | {"tag": _("有效"), "tag_kind": "ok", "tag_icon": "check", "rows": [renewable]}
