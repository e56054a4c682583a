"""Owns the verdict on a whole form: every reason, the channel that remains, the fee, the term and the papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from applications import terms
from applications.eligibility.documents import twice, unmet_of_document, unmet_of_document_at_counter
from applications.eligibility.endorsements import unmet_of_endorsement, variants
from applications.eligibility.materials import materials_of
from applications.eligibility.person import PILOT, group_of, unmet_of_person
from applications.eligibility.shapes import Facts, Want
from documents import catalog
from documents.services import DEVICE, Price, PriceMissing, Scope, prices
from portal.common.unmet import Unmet


class Channel(StrEnum):
    """The way that remains: the whole thing online, a self-service device, a window, or none for now."""

    ONLINE = "online"
    DEVICE = "device"
    WINDOW = "window"
    NONE = "none"


# Nothing is open to somebody barred from leaving, or abroad; an endorsement that is not offered is not to be had.
_NO_WAY = frozenset(
    {
        "X4",
        "E7",
        "destination_wrong",
        "endorsement_unknown",
        "endorsement_closed",
        "option_not_offered",
        "place_not_covered",
        "group_not_covered",
        "endorsement_twice",
        "endorsement_live",
        "document_twice",
        "annotation_unknown",
        "nothing_asked",
    }
)
# What keeps a self-service device from serving somebody: it checks face and finger, writes a card in force, and is
# not for the registered, the serving and minors.
_NO_DEVICE = _NO_WAY | {"E2", "E5", "X1", "X2", "permit_missing", "permit_too_short"}


@dataclass(frozen=True)
class Verdict:
    """The answer to a form: `unmet` is why it is not all online.

    The fee is in fen, None where no source names one or nothing is to be had; `fee_sources` are what it rests on.
    """

    channel: Channel
    unmet: tuple[Unmet, ...]
    fee_fen: int | None
    fee_sources: tuple[str, ...]
    term: catalog.Term | None
    materials: tuple[catalog.Material, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code of every reason, each once, in the order found."""
        return tuple(dict.fromkeys(code for reason in self.unmet for code in (reason.code, *reason.also)))


def unmet_of_applicant(facts: Facts, scope: Scope, *, channel: Channel) -> list[Unmet]:
    """Return what keeps the person from applying that way; at a window only what bars them everywhere."""
    reasons = unmet_of_person(facts, scope)
    return [one for one in reasons if one.code in _NO_WAY] if channel is Channel.WINDOW else reasons


def unmet_of_want(
    facts: Facts, want: Want, scope: Scope, *, wants: Sequence[Want] = (), channel: Channel = Channel.ONLINE
) -> list[Unmet]:
    """Return what keeps one request from being made, online or at a window; `wants` is the whole form it stands on.

    An endorsement that the scope does not open online is open at every window; everything else about it holds there.
    """
    form = wants or (want,)
    if want.is_endorsement:
        reasons = unmet_of_endorsement(facts, want, form, scope)
        return [one for one in reasons if one.code != "E3"] if channel is Channel.WINDOW else reasons
    if channel is Channel.WINDOW:
        return twice(want, form) + unmet_of_document_at_counter(facts, want)
    return twice(want, form) + unmet_of_document(facts, want, scope)


def unmet(
    facts: Facts,
    wants: Sequence[Want],
    scope: Scope,
    *,
    form: Sequence[Want] = (),
    channel: Channel = Channel.ONLINE,
) -> list[Unmet]:
    """Return every unmet reason for a form: those of the person, then those of each request; empty means eligible.

    The same function answers the public checker, the wizard, filing and approval. `form` is the whole form where
    only some of its requests are judged. `channel` is the way it comes in, online or at a window: there, what sends
    people to a window does not stand against it.
    """
    reasons = unmet_of_applicant(facts, scope, channel=channel)
    reasons += _nothing_asked(wants)
    for want in wants:
        reasons += unmet_of_want(facts, want, scope, wants=form or wants, channel=channel)
    return reasons


def _nothing_asked(wants: Sequence[Want]) -> list[Unmet]:
    if wants:
        return []
    remedy = _("选护照、港澳通行证或台湾通行证。")
    return [Unmet("nothing_asked", _("请至少选一种证件。"), PILOT, remedy, "kinds")]


def judge(facts: Facts, wants: Sequence[Want], scope: Scope, *, form: Sequence[Want] = ()) -> Verdict:
    """Return the verdict on a form, or on some of its requests where `form` is the whole."""
    channel, reasons = _found(facts, wants, scope, form)
    # What is not to be had has no price.
    charged = None if channel is Channel.NONE else _prices(facts, wants)
    return Verdict(
        channel=channel,
        unmet=reasons,
        fee_fen=None if charged is None else sum(price.fen for price in charged),
        fee_sources=tuple(dict.fromkeys(price.basis for price in charged or ())),
        term=_term(facts, channel),
        materials=_materials(facts, wants, channel),
    )


def _materials(facts: Facts, wants: Sequence[Want], channel: Channel) -> tuple[catalog.Material, ...]:
    found = materials_of(facts, wants, at_window=channel is not Channel.ONLINE)
    # A device compares the face with the picture on file; it takes no other.
    return tuple(one for one in found if channel is not Channel.DEVICE or one.code != "photo")


def channel_of(facts: Facts, wants: Sequence[Want], scope: Scope) -> Channel:
    """Return the verdict's channel alone, without looking up price, term and papers."""
    return _found(facts, wants, scope, ())[0]


def _found(
    facts: Facts, wants: Sequence[Want], scope: Scope, form: Sequence[Want]
) -> tuple[Channel, tuple[Unmet, ...]]:
    of_person = unmet_of_person(facts, scope)
    of_wants = [(want, unmet_of_want(facts, want, scope, wants=form or wants)) for want in wants]
    channels = [_channel(facts, want, [*of_person, *reasons], scope) for want, reasons in of_wants]
    channels += [
        _channel(facts, permit, [*of_person, *unmet_of_want(facts, permit, scope)], scope)
        for permit in _permits_under(wants, form)
    ]
    found = (*of_person, *_nothing_asked(wants), *(reason for _want, reasons in of_wants for reason in reasons))
    return _widest(channels), found


def _permits_under(wants: Sequence[Want], form: Sequence[Want]) -> list[Want]:
    """Return the permits of the form that the endorsements judged wait for: they go the same way."""
    kinds = {want.kind for want in wants if want.is_endorsement}
    return [one for one in form if one.kind in kinds and not one.is_endorsement and one not in wants]


def _channel(facts: Facts, want: Want, reasons: Sequence[Unmet], scope: Scope) -> Channel:
    codes = {code for reason in reasons for code in (reason.code, *reason.also)}
    if not codes:
        return Channel.ONLINE
    if codes & _NO_WAY or _begins_abroad(want):
        return Channel.NONE
    open_there = scope.opens(want.kind, want.asked, city=facts.hukou_code, group=group_of(facts), channel=DEVICE)
    if open_there and not codes & _NO_DEVICE and any(_on_device(row, want) for row in variants(facts, want)):
        return Channel.DEVICE
    return Channel.WINDOW


def _begins_abroad(want: Want) -> bool:
    """The first permit of a Hong Kong or Macao resident is given there, through China Travel Service."""
    return want.kind in ("HRP", "HRP_NC") and want.asked == "first"


def _on_device(row: catalog.Endorsement, want: Want) -> bool:
    """A device reads cards and asks registers, no papers; business endorsements it writes only for many entries."""
    if not row.has_device or any(not catalog.material(code).register for code in row.materials):
        return False
    return row.letter != "S" or catalog.option(want.option).is_multiple


def _widest(channels: Sequence[Channel]) -> Channel:
    """Return the one way on which everything asked for can be had together: a window does what a device does."""
    if not channels or Channel.NONE in channels:
        return Channel.NONE
    return channels[0] if len(set(channels)) == 1 else Channel.WINDOW


def _prices(facts: Facts, wants: Sequence[Want]) -> list[Price] | None:
    """Return the price of each request on the day, or None where one of them is not known."""
    try:
        items = [item_of(want) for want in wants]
        found = prices(set(items), accepted_on=facts.on)
    except (catalog.NotInCatalogue, PriceMissing):
        return None
    return [found[item] for item in items]


def item_of(want: Want) -> str:
    """Return the tariff item of a request; raises NotInCatalogue."""
    if want.is_endorsement:
        return catalog.endorsement_item(want.kind, catalog.option(want.option))
    return catalog.tariff_item(want.kind, want.asked or "replace", want.option[-1:])


def _term(facts: Facts, channel: Channel) -> catalog.Term | None:
    """Return the term: where the person lives away from their household, the window there has longer."""
    if channel is Channel.NONE:
        return None
    if channel is Channel.WINDOW:
        return terms.window_term(home=facts.hukou_code, place=facts.residence_code)
    return catalog.term({Channel.ONLINE: "online", Channel.DEVICE: "device"}.get(channel, "service"))
