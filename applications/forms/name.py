"""The romanised name: the spelling proposed, those on documents held before, others, or one's own."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications import answers
from applications.forms.pages import PageForm
from applications.romanisation import Romanised, Spelling, clean, doubts_about, romanise
from documents import catalog
from portal.common.forms import RadioRows
from portal.common.unmet import Text, Unmet

OWN = "own"


def _value(spelling: Spelling) -> str:
    return f"{spelling.surname}/{spelling.given}"


def shown(surname: str, given: str) -> str:
    """Return a spelling as documents print it: surname and given name apart."""
    return " / ".join(part for part in (surname, given) if part)


class NameForm(PageForm):
    """One spelling, confirmed by the applicant."""

    template = "applications/name.html"
    label_is_heading = "choice"
    names = {"choice": _("拼音姓名"), "confirmed": _("拼音无误")}
    choice = forms.ChoiceField(
        label=_("证件上的拼音姓名用哪一个？"),
        help_text=_("旧证件上的拼写可以一直沿用。改了拼写，机票、签证都要跟着改。"),
    )
    surname_romanised = forms.CharField(
        label=_("姓的拼音"),
        help_text=_("选“自己填写”时才填，只用字母，ü 写作 YU。"),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocapitalize": "characters"}),
    )
    given_romanised = forms.CharField(
        label=_("名的拼音"),
        help_text=_("名字连着写，中间不空格。"),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocapitalize": "characters"}),
    )
    confirmed = forms.BooleanField(label=_("我核对过了，新证件就用这个拼音。"))

    def prepare(self) -> None:
        """Offer earlier spellings first, then what the characters say."""
        self.proposal: Romanised = romanise(self.basis.person.name)
        self.spellings = self._spellings()
        rows: list[tuple[str, Text]] = [(_value(one), shown(*one)) for one in self.spellings]
        field = self.fields["choice"]
        hints = {_value(one): hint for one, hint in self.spellings.items()}
        field.widget = RadioRows(hints={**hints, OWN: _("上面没有您一直使用的拼写时选这一项")})
        field.choices = [*rows, (OWN, _("自己填写"))]  # type: ignore[attr-defined]

    def _spellings(self) -> dict[Spelling, Text]:
        found: dict[Spelling, Text] = {}
        for document in self.basis.held:
            label = catalog.kind(document.kind).short_name
            found.setdefault(Spelling(document.surname, document.given), str(_("旧%(kind)s上的拼写") % {"kind": label}))
        first = Spelling(self.proposal.surname, self.proposal.given)
        if any(first):
            found.setdefault(first, _("按普通话读音"))
        for other in self.proposal.alternatives:
            found.setdefault(other, _("多音字的另一个读音"))
        return found

    @property
    def doubts(self) -> list[Unmet]:
        """What the applicant should look at: of the proposal, and of the spelling saved last."""
        kept = self.basis.kept
        doubts = list(self.proposal.doubts)
        if kept.get("surname") or kept.get("given"):
            earlier = tuple(Spelling(d.surname, d.given) for d in self.basis.held)
            own = doubts_about(kept.get("surname", ""), kept.get("given", ""), self.basis.person.name, earlier=earlier)
            doubts += own[:1]
        return doubts

    def start(self) -> Mapping[str, Any]:
        """Return the spelling chosen before, or the first one offered."""
        kept = self.basis.kept
        if not kept:
            return {"choice": _value(next(iter(self.spellings)))} if self.spellings else {"choice": OWN}
        spelling = Spelling(kept.get("surname", ""), kept.get("given", ""))
        begun: dict[str, Any] = {"confirmed": kept.get("confirmed") is True}
        if spelling in self.spellings:
            return {**begun, "choice": _value(spelling)}
        return {**begun, "choice": OWN, "surname_romanised": spelling.surname, "given_romanised": spelling.given}

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return surname, given name and whether they were confirmed."""
        surname, given = values.get("surname_romanised") or "", values.get("given_romanised") or ""
        if values.get("choice") != OWN:
            surname, _slash, given = str(values.get("choice") or "").partition("/")
        return {"surname": clean(surname), "given": clean(given), "confirmed": bool(values.get("confirmed"))}

    def unmet(self, part: Mapping[str, Any]) -> list[Unmet]:
        """What forbids the spelling, and whether it was confirmed."""
        reasons = answers.name_unmet(part, name=self.basis.person.name)
        if self.data.get("choice"):
            return reasons
        missing = Unmet("missing", _("还没有选拼音。"), remedy=_("请选一个，或者自己填写。"), field="name.choice")
        return [missing, *(reason for reason in reasons if reason.field == "name.confirmed")]
