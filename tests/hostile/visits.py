"""Two people at four browsers who send what they like, and what must hold after each request."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from applications import eligibility, facts, materials, services
from applications.attachments.keeping import TOPIC as SCANNING
from applications.models import OPEN_STATES, Application, Submission
from documents.models import IssuedEndorsement
from documents.services import (
    current_revision,
    draft_change,
    enact_change,
    forget,
    propose_change,
    revision_called,
    scope,
)
from portal.accounts.divisions import city_of
from portal.accounts.gateways.register.base import HeldState
from portal.accounts.models import Person
from portal.common import clock
from portal.common.unmet import Refused
from tests.factories import accounts, cases
from tests.factories import scope as changes
from tests.factories.register import Speaking
from tests.hostile.town import (
    CHANGES,
    DOORS,
    LANZHOU,
    NAMES,
    SCOPES,
    SIXTEEN_SOON,
    SPELLED,
    START,
    STATEMENT,
    Town,
    lay_out,
)

# The only addresses behind which something is filed, or handed in again.
FILING = re.compile(r"/apply/[0-9a-f-]{36}/(check/)?")
# What a form may well ask for: reasons by kind, endorsements by place.
Plan = tuple[dict[str, str], dict[str, tuple[str, str]]]


class Visit:
    """Two people at four browsers; what is made once for all sequences is taken back at the end of each."""

    def __init__(self, town: Town, spoken: Speaking, seen: Counter[str]) -> None:
        self.town, self.spoken, self.seen = town, spoken, seen
        cache.clear()
        self.now = START
        spoken.is_silent = False
        spoken.records = {record.name: record for record in town.records}
        self.doors = [Client() for _ in DOORS]
        for door, key in zip(self.doors, town.sessions, strict=True):
            door.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: key})
        self.whose = list(DOORS)
        self.forms = list(Submission.objects.order_by("created_at", "pk").values_list("pk", flat=True))
        self.posted: list[tuple[str, Mapping[str, Any]]] = []
        self.filed: dict[UUID, eligibility.Facts] = {}
        self.terms: dict[UUID, str] = {}
        self.shut = {(LANZHOU, kind) for kind in changes.ALL_KINDS}

    # What must hold after every request.

    def send(self, door: int, path: str, typed: Mapping[str, Any]) -> None:
        """Post something, said in the words of whoever sends it, and look at all that it did."""
        data = self.worded(door, typed)
        self.now += timedelta(seconds=1)
        with clock.set_to(self.now):
            may_file = FILING.fullmatch(path)
            known = {row.pk: self.gathered(row) for row in self.town.people} if may_file else {}
            before, sealed = self.states(), self.answers_of_filed(path)
            self.seen["sent after filing"] += bool(sealed)
            written = connection.connection.total_changes
            assert self.doors[door].post(path, data).status_code < 500
            if connection.connection.total_changes > written:
                self.judge(before, known)
            after = self.answers_of_filed(path)
            assert {key: after.get(key) for key in sealed} == sealed
        self.posted.append((path, typed))

    def states(self) -> dict[UUID, str]:
        return dict(Application.objects.values_list("pk", "status"))

    def answers_of_filed(self, path: str) -> dict[UUID, Any]:
        """What a filed form behind an address says, when nothing of it was returned: nobody types over that."""
        key = re.search(r"[0-9a-f-]{36}", path)
        forms = Submission.objects.filter(pk=key[0]).exclude(filed_at=None) if key else Submission.objects.none()
        return {form.pk: form.answers for form in forms.exclude(applications__status="returned")}

    def look(self, door: int, path: str) -> None:
        self.now += timedelta(seconds=1)
        with clock.set_to(self.now):
            before = self.states()
            assert self.doors[door].get(path).status_code < 500
            assert self.states() == before

    def gathered(self, person: Person) -> eligibility.Facts | None:
        """What is known of somebody now; nothing while the register is silent."""
        if self.spoken.is_silent:
            return None
        known = services.gather(person)
        live = IssuedEndorsement.objects.filter(permit__person=person).in_force(clock.today())
        held = tuple(eligibility.Live(one.destination, one.letter) for one in live)
        return replace(known.facts, endorsed=held)

    def judge(self, before: Mapping[UUID, str], known: Mapping[UUID, eligibility.Facts | None]) -> None:
        forms: dict[UUID, list[Application]] = {}
        mended: dict[UUID, list[Application]] = {}
        rows = list(Application.objects.select_related("old_document").order_by("position"))
        for row in rows:
            if row.pk not in before:
                forms.setdefault(row.submission_id, []).append(row)
            elif before[row.pk] == "returned" and row.status in ("filed", "accepted"):
                mended.setdefault(row.submission_id, []).append(row)
            assert self.terms.setdefault(row.pk, row.revision) == row.revision
        told = {form.pk: form for form in Submission.objects.select_related("beneficiary")}
        for key, filed in forms.items():
            self.was_allowed(told[key], filed, known)
        for key, again in mended.items():
            self.was_allowed_again(told[key], again, rows, known)
        going = Counter(
            (row.person_id, row.kind, row.destination, row.endorsement_type)
            for row in rows
            if row.status in OPEN_STATES
        )
        assert [which for which, count in going.items() if count > 1] == []
        for form in told.values():
            other = next(name for name in NAMES if name != form.beneficiary.name)
            assert other not in json.dumps(form.answers, ensure_ascii=False)

    def was_allowed(
        self, form: Submission, rows: list[Application], known: Mapping[UUID, eligibility.Facts | None]
    ) -> None:
        """The rules refuse nothing of what was filed, and neither does the register, in its own words."""
        now = known.get(form.beneficiary_id)
        assert now is not None
        record = self.spoken.records[form.beneficiary.name]
        assert not any((record.exit_barred, record.state_employee, record.military))
        assert record.fingerprints_on_file
        assert record.in_mainland
        assert record.born != SIXTEEN_SOON or clock.today() >= date(2025, 11, 20)
        assert record.hukou_code
        assert record.hukou_code != "320506" or clock.today() >= date(2025, 11, 20)
        assert form.answers["personal"]["identity"] == "other"
        assert form.answers["declaration"]["agreed"] is True
        wants = self.asked(form, rows)
        revision = current_revision(clock.today())
        assert eligibility.unmet(now, wants, scope(revision)) == []
        assert [paper for paper in materials.papers(form) if not paper.is_settled] == []
        for row in rows:
            assert row.revision == revision.label
            assert (city_of(record.hukou_code), row.kind) not in self.shut
            assert row.person_id == form.beneficiary_id
            if not row.is_endorsement:
                assert row.old_document is not None
                assert (row.old_document.person_id, row.old_document.kind) == (row.person_id, row.kind)
                assert row.old_document.expires_on >= clock.today()
        self.filed[form.pk] = now
        self.seen["filed"] += len(rows)
        self.seen["filed with endorsement"] += any(row.is_endorsement for row in rows)

    def was_allowed_again(
        self,
        form: Submission,
        rows: list[Application],
        everything: list[Application],
        known: Mapping[UUID, eligibility.Facts | None],
    ) -> None:
        """What was handed in again passes with the bars of today and the documents of the day of filing."""
        now = known.get(form.beneficiary_id)
        assert now is not None
        whole = [row for row in everything if row.submission_id == form.pk and row.status in OPEN_STATES]
        judged = now.as_filed(self.filed[form.pk])
        assert form.answers["personal"]["identity"] == "other"
        wants = self.asked(form, rows)
        opened = scope(revision_called(form.revision))
        assert eligibility.unmet(judged, wants, opened, form=self.asked(form, whole)) == []
        self.seen["handed in again"] += 1

    def asked(self, form: Submission, rows: list[Application]) -> list[eligibility.Want]:
        changed = form.answers["personal"]["identity_changed"]
        return [replace(facts.want_of(row), identity_changed=changed) for row in rows]

    # What people do.

    def form_of(self, door: int, which: int) -> UUID:
        """Their newest form mostly; now and then any that ever was, of whomever."""
        if which >= 10:
            return self.forms[which % len(self.forms)]
        mine = Submission.objects.filter(beneficiary=self.town.people[self.whose[door]]).order_by("created_at")
        newest = mine.last()
        return newest.pk if newest else self.forms[-1]

    def worded(self, door: int, typed: Mapping[str, Any]) -> dict[str, Any]:
        who = self.whose[door]
        said = {name: value.format(me=NAMES[who]) if isinstance(value, str) else value for name, value in typed.items()}
        # A file is read once: who sends it again takes it up again.
        files = {name: value for name, value in said.items() if isinstance(value, bytes)}
        said |= {name: SimpleUploadedFile("证明.pdf", value) for name, value in files.items()}
        if "spelled" in said:
            said["surname"], said["given"] = SPELLED[who if said.pop("spelled") else 1 - who]
        return said

    def answer(self, door: int, which: int, page: tuple[str, Mapping[str, Any]], *, is_later: bool) -> None:
        later = {"later": "1"} if is_later else {}
        path = f"/apply/{self.form_of(door, which)}/{page[0]}/"
        self.send(door, path, {**page[1], **later})

    def hand_in(self, door: int, which: int, trip: tuple[str, str, str], data: bytes, *, is_scanned: bool) -> None:
        """Ask for an endorsement that needs papers, and send one for each; they may still wait for their scan."""
        key = self.form_of(door, which)
        place, *wanted = trip
        self.ask_for(door, which, ({}, {place: (wanted[0], wanted[1])}), None)
        self.look(door, f"/apply/{key}/check/")
        form = Submission.objects.filter(pk=key).first()
        asked: Sequence[Mapping[str, Any]] = form.findings.get("papers", ()) if form else ()
        for code in [paper["code"] for paper in asked] or ["kinship"]:
            self.send(door, f"/apply/{key}/materials/", {"material": code, f"{code}-file": data})
        if is_scanned:
            with clock.set_to(self.now):
                self.seen["papers scanned"] += accounts.keep(SCANNING)

    def ask_for(self, door: int, which: int, plan: Plan, filed_at: int | None) -> None:
        """Say all that one plan needs, page by page; perhaps it is filed at once, so many browsers further on."""
        reasons, trips = plan
        key = self.form_of(door, which)
        here = f"/apply/{key}"
        self.send(door, f"{here}/documents/", {"kinds": [*reasons, *trips]})
        for kind, reason in reasons.items():
            slug = kind.lower().replace("_", "-")
            self.send(door, f"{here}/reason-{slug}/", {"reason": reason, "statement": STATEMENT})
        for place, (letter, option) in trips.items():
            self.send(door, f"{here}/endorse-{place.lower()}/", {"letter": letter})
            self.send(door, f"{here}/option-{place.lower()}/", {"option": option})
        if filed_at is not None:
            self.press((door + filed_at) % len(DOORS), key, ("agreed", "loss_sworn"))

    def file(self, door: int, which: int, declared: tuple[str, ...], *, is_silent: bool) -> None:
        """File a form; the register may be silent meanwhile."""
        self.spoken.is_silent = is_silent
        self.press(door, self.form_of(door, which), declared)
        self.spoken.is_silent = False

    def press(self, door: int, key: UUID, declared: tuple[str, ...]) -> None:
        draft = Submission.objects.select_related("beneficiary").filter(pk=key, filed_at=None).first()
        if draft and not self.spoken.is_silent:
            self.note_refusals(draft)
        self.send(door, f"/apply/{key}/check/", dict.fromkeys(declared, "on"))

    def note_refusals(self, draft: Submission) -> None:
        """Count why the rules would refuse a form that somebody is about to file."""
        with clock.set_to(self.now):
            now = facts.stated(services.gather(draft.beneficiary).facts, draft.answers)
            found = eligibility.unmet(now, facts.wants(draft.answers), scope(current_revision(clock.today())))
        self.seen.update({reason.code for reason in found})

    def replay(self, door: int, which: int) -> None:
        """Send what was sent before once more, from whichever browser."""
        if self.posted:
            self.send(door, *self.posted[which % len(self.posted)])
            self.seen["replayed"] += 1

    def read(self, door: int, which: int, slug: str, *, is_silent: bool) -> None:
        self.spoken.is_silent = is_silent
        self.look(door, f"/apply/{self.form_of(door, which)}/{slug}")
        self.spoken.is_silent = False

    def wait(self, days: int) -> None:
        """Over the second cities, the birthday, and the last days of documents and endorsements."""
        self.now += timedelta(days=days)

    def hear_otherwise(self, who: int, change: str | None) -> None:
        """The register says something else of somebody, or again what it said at first."""
        if change:
            self.spoken.change(NAMES[who], **CHANGES[change])
        else:
            self.spoken.records[NAMES[who]] = self.town.records[who]

    def end_there(self, who: int, which: int) -> None:
        """The register says that a document has ended."""
        held = list(self.spoken.records[NAMES[who]].holds)
        place = which % len(held)
        held[place] = replace(held[place], state=HeldState.VOID)
        self.spoken.change(NAMES[who], holds=tuple(held))

    def change_scope(self, what: str) -> None:
        """Two supervisors let a city join or leave, a second later; what is so already they are not let do again."""
        act, city, kinds = SCOPES[what]
        first, second = self.town.supervisors
        with clock.set_to(self.now), suppress(Refused):
            told = changes.proposal(city, act=act, kinds=kinds, effective_at=self.now + timedelta(seconds=1))
            row = propose_change(draft_change(told, acting=first).pk, acting=first)
            enact_change(row.pk, acting=second)
            # What is done on commit: a sequence never comes to that.
            forget()
            openings = {(city, kind) for kind in kinds}
            self.shut = self.shut - openings if act == "open" else self.shut | openings
            self.seen["scope changed"] += 1
        self.now += timedelta(seconds=1)

    def start_anew(self, door: int, *, is_thrown_away: bool) -> None:
        """Throw the draft away, or not; begin one, with everything filled in but what is asked for."""
        person = self.town.people[self.whose[door]]
        if is_thrown_away:
            self.send(door, f"/apply/{self.form_of(door, 0)}/discard/", {})
        self.send(door, "/apply/start/", {})
        draft = services.open_draft(person)
        if draft and draft.pk not in self.forms:
            said = cases.answers(person, {}, requests={}, endorsements={})
            services.save_parts(draft.pk, said, acting=person.acting)
            lay_out(self.town.pictures, draft.pk)
            self.forms.append(draft.pk)

    def withdraw(self, door: int, which: int) -> None:
        rows = list(Application.objects.order_by("receipt").values_list("pk", flat=True))
        if rows:
            self.send(door, f"/apply/withdraw/{rows[which % len(rows)]}/", {})

    def mend(self, door: int, which: int, code: str, reason: str, *, is_sworn: bool) -> None:
        """An official returns an application, if there is one; a reason is said anew, and the form handed in again."""
        rows = list(Application.objects.filter(status__in=("filed", "accepted")).order_by("receipt"))
        row = rows[which % len(rows)] if rows else None
        if row and code:
            # A reason that leaves the applicant nothing to mend is none for this application.
            with clock.set_to(self.now), suppress(Refused):
                services.claim(row.pk, acting=self.town.official)
                services.return_for_correction(row.pk, acting=self.town.official, codes=[code])
        here = f"/apply/{row.submission_id if row else self.form_of(door, which)}"
        if reason:
            for kind in ("passport", "hkm-permit"):
                self.send(door, f"{here}/reason-{kind}/", {"reason": reason, "statement": STATEMENT})
        self.send(door, f"{here}/", {"loss_sworn": "on"} if is_sworn else {})

    def change_hands(self, door: int, which: int, page: tuple[str, Mapping[str, Any]]) -> None:
        """The session ends, a page is sent all the same, and the other one signs in at the same browser."""
        path = f"/apply/{self.form_of(door, which)}/{page[0]}/"
        self.doors[door].logout()
        self.send(door, path, page[1])
        self.whose[door] = 1 - self.whose[door]
        accounts.sign_in(self.doors[door], self.town.people[self.whose[door]])
        self.look(door, path)
