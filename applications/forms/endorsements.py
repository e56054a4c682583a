"""The pages that ask about an endorsement: what for, then how often and how long; one pair for each destination."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications import answers, eligibility
from applications.forms.pages import PageForm
from documents import catalog
from documents.services import fees
from portal.common import clock
from portal.common.forms import RadioRows
from portal.common.templatetags.portal import fen
from portal.common.unmet import Text, Unmet

# What each type is for, in the words of somebody who plans a journey.
PURPOSES: Mapping[str, Text] = {
    "L": _("参加旅行社组织的团队旅游"),
    "G": _("自己安排的旅游"),
    "T": _("看望在那里的亲属"),
    "S": _("谈生意、开会、参展"),
    "D": _("在那里读书、工作或居住"),
    "R": _("列入人才范围的人员，做科研、文教、卫健、法律等工作"),
    "Q": _("就医、奔丧、诉讼、应试、处理产业等"),
    "Y": _("应邀去交流、访问"),
    "F": _("去做生意"),
    "X": _("去读书"),
    "C": _("执行两岸航运任务"),
    "J": _("在那里居住"),
}


class _EndorsementForm(PageForm):
    """One answer about the endorsement for the page's destination; the others stay as they are."""

    @property
    def destination(self) -> str:
        """Where the endorsement is for."""
        return self.basis.page.destination

    @property
    def rows(self) -> tuple[catalog.Endorsement, ...]:
        """The variants this person may ask for; all there are, where the register did not answer."""
        kind = catalog.permit_for(self.destination)
        if self.basis.facts is None:
            return catalog.endorsements_for(kind, self.destination, on=clock.today())
        return eligibility.offered(self.basis.facts, kind, self.destination)

    def start(self) -> Mapping[str, Any]:
        """Return what was said of this destination; at first, what ends there with the permit that is replaced."""
        said = {name: value for name, value in self.basis.kept.get(self.destination, {}).items() if value}
        ending = self._ending()
        if said.get("letter", ending.get("letter")) == ending.get("letter"):
            said = {**ending, **said}
        return {name: value for name, value in said.items() if name in self.fields}

    def _ending(self) -> dict[str, str]:
        """Return type and option of the endorsement that ends with the permit, where they are still offered."""
        if catalog.permit_for(self.destination) not in self.basis.submission.answers.get("requests", {}):
            return {}
        for one in self.basis.ending:
            if one.destination == self.destination and one.option in _options(self.rows, one.letter, self.destination):
                return {"letter": one.letter, "option": one.option}
        return {}

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return all endorsements with this one said anew."""
        said = {**self.basis.kept.get(self.destination, {}), **super().part(values)}
        return {**self.basis.kept, self.destination: said}


class EndorsementTypeForm(_EndorsementForm):
    """What the journey is for."""

    label_is_heading = "letter"
    names = {"letter": _("签注种类")}
    letter = forms.ChoiceField(help_text=_("按这次去的目的选。户口或居住证所在的城市不同，能选的种类也不同。"))

    def prepare(self) -> None:
        """Offer the types this person may ask for, each with who it is for."""
        types = {row.letter: row for row in reversed(self.rows)}
        field = self.fields["letter"]
        field.label = _("您去%(place)s做什么？") % {"place": catalog.DESTINATIONS[self.destination]}
        field.widget = RadioRows(hints={letter: PURPOSES[letter] for letter in types})
        field.choices = [  # type: ignore[attr-defined]
            (letter, catalog.type_name(self.destination, letter)) for letter in reversed(types)
        ]

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Forget an option that the new type does not come with."""
        made = super().part(values)
        said = made[self.destination]
        if said.get("option") and said["option"] not in _options(self.rows, said["letter"], self.destination):
            made[self.destination] = {**said, "option": ""}
        return made

    def unmet(self, part: Mapping[str, Any]) -> list[Unmet]:
        """What is missing."""
        return answers.endorsement_unmet(self.destination, part[self.destination], only="letter")


class EndorsementOptionForm(_EndorsementForm):
    """How often and how long, each with its price."""

    label_is_heading = "option"
    names = {"option": _("次数和期限")}
    option = forms.ChoiceField(help_text=_("期限从签发那天算起。费用审核通过后再交。"))

    def prepare(self) -> None:
        """Offer the options of the chosen type with price and stay."""
        said = self.basis.kept.get(self.destination, {})
        kind = catalog.permit_for(self.destination)
        options = _options(self.rows, said.get("letter", ""), self.destination)
        items = {code: catalog.endorsement_item(kind, catalog.option(code)) for code in options}
        prices = fees(set(items.values()), accepted_on=clock.today())
        field = self.fields["option"]
        field.label = _("您要哪一种%(place)s签注？") % {"place": catalog.DESTINATIONS[self.destination]}
        field.widget = RadioRows(hints={code: _hint(prices[items[code]], row) for code, row in options.items()})
        field.choices = [(code, catalog.option(code).label) for code in options]  # type: ignore[attr-defined]

    def unmet(self, part: Mapping[str, Any]) -> list[Unmet]:
        """What is missing."""
        return answers.endorsement_unmet(self.destination, part[self.destination], only="option")


def _options(rows: tuple[catalog.Endorsement, ...], letter: str, destination: str) -> dict[str, catalog.Endorsement]:
    return catalog.options_of([row for row in rows if row.letter == letter], destination)


def _hint(price: int, row: catalog.Endorsement) -> str:
    if row.stay_days is None:
        return str(_("%(price)s，%(note)s") % {"price": fen(price), "note": row.stay_note or row.who})
    stay = ngettext("每次最多停留 %(days)s 天", "每次最多停留 %(days)s 天", row.stay_days) % {"days": row.stay_days}
    return str(_("%(price)s，%(note)s") % {"price": fen(price), "note": stay})
