"""The pages of the form: which there are, in what order, what each still lacks, and which may be changed now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from applications import answers, filing, grounds, materials, pictures
from applications.models import Application, Submission
from documents import catalog
from photos.services import Shot, shots_of
from portal.common.unmet import Text, Unmet

REASON, ENDORSE, OPTION = "reason-", "endorse-", "option-"
PICTURES = pictures.PURPOSES
# Pages that are sent with a file.
UPLOADING = frozenset({*PICTURES, materials.PAGE})
Shots = Mapping[str, Sequence[Shot]]


class Standing(StrEnum):
    """How far a page is."""

    OPEN = "open"
    MEND = "mend"
    WAITING = "waiting"
    HUMAN = "human"
    DONE = "done"


@dataclass(frozen=True)
class Page:
    """One page: its place in the address, the part of the answers it keeps, its name, and the document it is about."""

    slug: str
    key: str
    title: Text
    group: Text
    kind: str = ""
    destination: str = ""


@dataclass(frozen=True)
class Survey:
    """A page with how far it is and what it lacks."""

    page: Page
    standing: Standing
    unmet: tuple[Unmet, ...] = ()

    @property
    def is_done(self) -> bool:
        """Nothing is left to do for the applicant."""
        return self.standing in (Standing.DONE, Standing.HUMAN)


_NAMED = frozenset({"documents", "personal", "name", "contact", materials.PAGE, "delivery", "urgency", *PICTURES})
_WHAT, _WHO, _WAY = _("申请什么"), _("您的信息"), _("送达和提交")


# Asked only of those who open it; on the list of pages once it says something.
URGENCY = Page("urgency", "urgency", _("需要加急吗"), _WAY)


def slug_of(kind: str) -> str:
    """Return the address of the page that asks why a kind is needed."""
    return REASON + kind.lower().replace("_", "-")


def slugs_of_endorsement(destination: str) -> tuple[str, str]:
    """Return the addresses of the two pages that ask about an endorsement: its type, its option."""
    return ENDORSE + destination.lower(), OPTION + destination.lower()


def slugs_of_requests() -> frozenset[str]:
    """Return the address of every page about something asked for, on this form or not."""
    trips = {slug for destination in catalog.DESTINATIONS for slug in slugs_of_endorsement(destination)}
    return frozenset(trips | {slug_of(kind) for kind in catalog.FORM_KINDS})


def _of_endorsements(submission: Submission) -> list[Page]:
    wanted = submission.answers.get("endorsements", {})
    pages = []
    for destination, place in catalog.DESTINATIONS.items():
        if destination in wanted:
            purpose, option = slugs_of_endorsement(destination)
            said = {"place": place}
            pages += [
                Page(purpose, "endorsements", _("%(place)s签注的种类") % said, _WHAT, destination=destination),
                Page(option, "endorsements", _("%(place)s签注的次数和期限") % said, _WHAT, destination=destination),
            ]
    return pages


def pages_of(submission: Submission) -> list[Page]:
    """Return the pages of a form in order; each requested document has a page for its reason."""
    wanted = submission.answers.get("requests", {})
    reasons = [
        Page(slug_of(kind.code), "requests", _("换证原因：%(kind)s") % {"kind": kind.short_name}, _WHAT, kind.code)
        for kind in catalog.FORM_KINDS.values()
        if kind.code in wanted
    ]
    return [
        Page("documents", "requests", _("要办的证件和签注"), _WHAT),
        *reasons,
        *_of_endorsements(submission),
        Page("personal", "personal", _("个人信息"), _WHO),
        Page("name", "name", _("拼音姓名"), _WHO),
        Page("contact", "contact", _("联系方式和紧急联系人"), _WHO),
        Page("photo", "photo", _("照片"), _WHO),
        Page("signature", "signature", _("签名"), _WHO),
        *([Page(materials.PAGE, "", _("所需材料"), _WHO)] if materials.is_needed(submission) else []),
        *([Page("delivery", "delivery", _("取证方式"), _WAY)] if answers.is_handed_over(submission.answers) else []),
        *([URGENCY] if submission.answers.get(URGENCY.key) else []),
    ]


def find(submission: Submission, slug: str) -> Page | None:
    """Return the page with this address, or None."""
    return next((page for page in [*pages_of(submission), URGENCY] if page.slug == slug), None)


def following(submission: Submission, slug: str) -> Page | None:
    """Return the page after another, or None after the last."""
    ordered = pages_of(submission)
    slugs = [page.slug for page in ordered]
    place = slugs.index(slug) + 1 if slug in slugs else len(slugs)
    return ordered[place] if place < len(ordered) else None


def preceding(submission: Submission, slug: str) -> Page | None:
    """Return the page before another, or None before the first."""
    ordered = pages_of(submission)
    slugs = [page.slug for page in ordered]
    place = slugs.index(slug) if slug in slugs else 0
    return ordered[place - 1] if place else None


def slug_of_field(field: str) -> str:
    """Return the page on which an unmet rule can be mended, by the field it names; empty where none can."""
    first, _dot, rest = field.partition(".")
    if first == "reason":
        return slug_of(rest.partition(".")[0])
    if first == "endorse":
        destination, _dot, part = rest.partition(".")
        return slugs_of_endorsement(destination)[part == "option"]
    if first in catalog.FORM_KINDS:
        # An endorsement is named by its permit and destination.
        return slugs_of_endorsement(rest)[1] if rest in catalog.DESTINATIONS else slug_of(first)
    elsewhere = {"kinds": "documents", "identity": "personal", "requests": "documents"}
    return elsewhere.get(first, first if first in _NAMED else "")


def gather_shots(submission: Submission) -> Shots:
    """Return the pictures of a form by purpose."""
    return {purpose: shots_of(submission.pk, purpose) for purpose in PICTURES.values()}


def survey(submission: Submission, shots: Shots) -> list[Survey]:
    """Return every page with how far it is; asks nobody outside."""
    told = submission.answers
    chosen = {purpose: shot for purpose, taken in shots.items() for shot in taken if shot.is_chosen}
    unmet = answers.unmet_of(told, name=submission.beneficiary.name) + filing.unmet_of_pictures(chosen)
    unmet += materials.unmet(submission)
    by_page: dict[str, list[Unmet]] = {}
    for reason in unmet:
        by_page.setdefault(slug_of_field(reason.field), []).append(reason)
    return [_surveyed(page, submission, shots, tuple(by_page.get(page.slug, ()))) for page in pages_of(submission)]


def _surveyed(page: Page, submission: Submission, shots: Shots, unmet: tuple[Unmet, ...]) -> Survey:
    if page.slug in PICTURES:
        return Survey(page, _pictures_standing(shots[PICTURES[page.slug]]), unmet)
    if page.slug == materials.PAGE:
        return Survey(page, _papers_standing(materials.papers(submission)), unmet)
    kept = submission.answers.get(page.key, {})
    if page.destination:
        said = kept.get(page.destination, {})
        begun = bool(said.get("option" if page.slug.startswith(OPTION) else "letter"))
    else:
        begun = bool(kept.get(page.kind, {}).get("reason") if page.kind else kept)
    if not unmet:
        return Survey(page, Standing.DONE)
    return Survey(page, Standing.MEND if begun else Standing.OPEN, unmet)


def _pictures_standing(taken: Sequence[Shot]) -> Standing:
    chosen = next((shot for shot in taken if shot.is_chosen and shot.is_usable), None)
    if chosen:
        return Standing.DONE if chosen.is_accepted else Standing.HUMAN
    if any(shot.is_waiting for shot in taken):
        return Standing.WAITING
    return Standing.MEND if taken else Standing.OPEN


def _papers_standing(papers: Sequence[materials.Paper]) -> Standing:
    standings = {paper.standing for paper in papers}
    if all(paper.is_settled for paper in papers):
        by_eye = {materials.Standing.SILENT, materials.Standing.QUARANTINED}
        return Standing.HUMAN if standings & by_eye else Standing.DONE
    if materials.Standing.WAITING in standings and not standings & {
        materials.Standing.OPEN,
        materials.Standing.REFUSED,
    }:
        return Standing.WAITING
    return Standing.MEND if any(paper.files for paper in papers) else Standing.OPEN


@dataclass(frozen=True)
class Correction:
    """What an officer asked to be mended: the document, the ground, and the pages that open again."""

    application: Application
    ground: grounds.Correction
    pages: tuple[Page, ...]


def corrections(submission: Submission) -> list[Correction]:
    """Return what has to be mended on a returned form; empty when nothing of it was returned."""
    if submission.filed_at is None:
        return []
    rows = submission.applications.filter(status="returned").order_by("position")
    return [
        Correction(row, grounds.CORRECTIONS[code], _opened(submission, row, grounds.CORRECTIONS[code]))
        for row in rows
        for code in row.reason_codes
    ]


def _opened(submission: Submission, row: Application, ground: grounds.Correction) -> tuple[Page, ...]:
    slugs: set[str] = set()
    for page in ground.pages:
        if page != "requests":
            slugs.add(page)
        elif row.is_endorsement:
            slugs.update(slugs_of_endorsement(row.destination))
        else:
            slugs.add(slug_of(row.kind))
    return tuple(page for page in pages_of(submission) if page.slug in slugs)


def may_change(submission: Submission, page: Page) -> bool:
    """Tell whether a page is open: all of a draft, of a returned form those an officer named."""
    if submission.filed_at is None:
        return True
    return any(page in correction.pages for correction in corrections(submission))
