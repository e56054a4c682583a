"""Every act a helper or a guardian can call, against every way a leave can be missing: refused, and nothing written."""

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, transaction

from applications import attachments, pictures, services, wishes
from applications.eligibility import Want
from applications.gateways.courier.simulator import SimulatedCourier
from applications.models import Application, Submission
from applications.redelivery import redeliver
from payments.services import open_order, start_charge
from photos.services import shots_of
from portal.accounts import helping
from portal.accounts.models import Authorisation, Guardianship, Person, User
from portal.accounts.services import NoLeave
from portal.appointments import booking, home_visits
from portal.appointments.holders import Holder, of_user
from portal.common import clock
from portal.common.acting import Acting
from tests.architecture import tree
from tests.factories import accounts, bookings, cases, counters, papers
from tests.factories.helping import authorised, invited
from tests.factories.payments import RETURN_URL
from tests.factories.work import run_for

pytestmark = pytest.mark.django_db
FILER, DRAFTER = "袁虚构", "施高龄"
CONTACT = {"phone": "13812345678", "emergency_name": "甲", "emergency_phone": "13812345679"}
ADDRESS = "示范市样例区虚构路 9 号 1 单元"
RENEWAL = Want("PASSPORT", "expiring")
WRITTEN_IN = ("applications", "photos", "payments", "documents", "common", "accounts", "appointments")
# Pages on which everybody acts as themselves alone.
OWN_AFFAIRS = {
    "portal.accounts.views.identity": "one's own proof is never done by another",
    "portal.accounts.enterprises.views": "an agent acts for an enterprise, asked by its own rule",
}
EXEMPT = {"applications.materials.upload": "hands on to attachments.receive, which asks"}
Verb = Callable[[Acting], object]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


@pytest.fixture
def filer() -> Person:
    """Somebody whose applications wait for everything an applicant can still do after filing."""
    cases.ground()
    person = cases.person(FILER, phone="13911112222")
    officer = cases.officer(person.hukou_code)
    [returned] = cases.filed(person, {cases.PASSPORT: "expiring"})
    services.claim(returned.pk, acting=officer)
    services.return_for_correction(returned.pk, acting=officer, codes=["C04"])
    mailed, due = cases.filed(person, {cases.TWN_PERMIT: "expiring", cases.HKM_PERMIT: "expiring"})
    for row in (mailed, due):
        services.claim(row.pk, acting=officer)
    SimulatedCourier.ledger.arm("refuse")
    services.approve(mailed.pk, acting=officer)
    cases.pay(mailed.submission_id, person)
    run_for(30)
    services.approve(due.pk, acting=officer)
    return person


@pytest.fixture
def drafter(filer: Person) -> Person:
    """Somebody with a whole draft: two refused portraits beside the good one, and a paper."""
    person = cases.person(DRAFTER, phone="13955556666")
    form = cases.draft(person)
    for _ in range(2):
        cases.take(form.pk, cases.PORTRAIT, cases.blank(), person)
    papers.handed_in(form, person, "kinship")
    return person


def verbs(filer: Person, drafter: Person) -> Mapping[str, tuple[Person, Verb]]:
    """Each act by name, with the person it is done for."""
    draft = Submission.objects.get(beneficiary=drafter)
    known, wanted = services.gather(drafter), services.gather(filer)
    shots = shots_of(draft.pk, cases.PORTRAIT)
    good, bad = shots[0], shots[1]
    [paper] = attachments.of(draft.pk)
    returned = Application.objects.get(person=filer, kind=cases.PASSPORT)
    mailed = Application.objects.get(person=filer, kind=cases.TWN_PERMIT)
    order = open_order(mailed.submission_id, acting=filer.acting)
    assert order is not None
    hall = bookings.hall()
    booked = bookings.booked(hall, of_user(user_of(filer), filer))
    visit = home_visits.ask(asking(filer), holder=of_user(user_of(filer), filer))
    # What the registers say of somebody whose city is not open.
    elsewhere = replace(known, facts=replace(known.facts, hukou_code="520100", residence_code=""))
    [wish] = wishes.leave([RENEWAL], known=elsewhere, acting=filer.acting)
    delivery = {**mailed.submission.answers["delivery"], "address": ADDRESS}

    def start(acting: Acting) -> object:
        return services.start(user_of(Person.objects.get(pk=acting.id)), filer)

    def holder(acting: Acting) -> Holder:
        return of_user(user_of(Person.objects.get(pk=acting.id)), drafter)

    def upload(acting: Acting, replaces: Any = None) -> object:
        return attachments.receive(draft, "kinship", papers.pdf(), name="b.pdf", acting=acting, replaces=replaces)

    return {
        "start": (filer, start),
        "save": (drafter, lambda a: services.save_page(draft.pk, "contact", CONTACT, acting=a)),
        "save parts": (drafter, lambda a: services.save_parts(draft.pk, {"contact": CONTACT}, acting=a)),
        "discard": (drafter, lambda a: services.discard(draft.pk, acting=a)),
        "picture": (drafter, lambda a: pictures.receive(draft, "photo", cases.portrait(), acting=a)),
        "choose": (drafter, lambda a: pictures.choose(draft.pk, "photo", good.pk, acting=a)),
        "ask a person": (drafter, lambda a: pictures.ask_human(draft.pk, "photo", bad.pk, acting=a)),
        "paper": (drafter, upload),
        "another paper": (drafter, lambda a: upload(a, paper.pk)),
        "remove": (drafter, lambda a: attachments.remove(paper.pk, owner=draft.pk, acting=a)),
        "file": (drafter, lambda a: services.file(draft.pk, acting=a, known=known, declared=cases.DECLARED)),
        "correct": (filer, lambda a: services.correct(returned.submission_id, acting=a, known=wanted)),
        "withdraw": (filer, lambda a: services.withdraw(returned.pk, acting=a)),
        "order": (filer, lambda a: open_order(mailed.submission_id, acting=a)),
        "pay": (filer, lambda a: start_charge(order.pk, acting=a, return_url=RETURN_URL)),
        "send again": (filer, lambda a: redeliver(mailed.submission_id, acting=a, delivery=delivery)),
        "wish": (drafter, lambda a: wishes.leave([RENEWAL], known=elsewhere, acting=a)),
        "wish no more": (filer, lambda a: wishes.revoke(wish.pk, acting=a)),
        "book": (drafter, lambda a: booking.book(bookings.slot(hall).pk, holder=holder(a), matter="document")),
        "move": (filer, lambda a: booking.move(booked, bookings.slot(hall, place=8).pk, acting=a)),
        "cancel": (filer, lambda a: booking.cancel(booked, acting=a)),
        "ask for a visit": (drafter, lambda a: home_visits.ask(asking(drafter), holder=holder(a))),
        "take it back": (filer, lambda a: home_visits.withdraw(visit, acting=a)),
    }


def user_of(person: Person) -> User:
    assert person.user is not None
    return person.user


def asking(person: Person) -> home_visits.Request:
    """Somebody asks that officials come to their home."""
    return home_visits.Request(person.name, CONTACT["phone"], ADDRESS, "illness", "", counters.HALL)


def helper_of(name: str, end: Callable[[Authorisation, Person], object], *people: Person, days: int = 30) -> Person:
    """Somebody who was authorised by these people, and then something happened."""
    helper = accounts.proven(name)
    for person in people:
        end(authorised(person, helper, days=days), helper)
    return helper


def guardian_of(name: str, *people: Person, **said: Any) -> Person:
    """Somebody who is in the register as a guardian of these people, in the words it has for it now."""
    guardian = accounts.proven(name)
    Guardianship.objects.bulk_create(Guardianship(guardian=guardian, child=person, **said) for person in people)
    return guardian


def nothing(row: Authorisation, helper: Person) -> None:
    """Leave an authorisation as it is."""


def leaveless(*people: Person) -> Iterator[tuple[str, Person]]:
    """People who may not act for these, each with the reason."""
    yield "revoked", helper_of("何范例", lambda row, helper: helping.revoke(row, person=helper), *people)
    yield "barred", helper_of("孙示范", lambda row, _helper: helping.revoke(row, person=row.beneficiary), *people)
    yield "expired", helper_of("周虚构", nothing, *people, days=2)
    unconfirmed = accounts.proven("吴样例", phone="13977778888")
    for person in people:
        invited(person, phone="13977778888")
    yield "not yet confirmed", unconfirmed
    yield "guardianship revoked", guardian_of("陈模拟", *people, is_revoked=True)
    yield "guardianship expired", guardian_of("林试用", *people, last_day=clock.today() + timedelta(days=2))
    yield "never authorised", accounts.proven("郑恰满")


def written() -> dict[str, Any]:
    """Everything the acts could write: the rows of every table as they lie there, the files in the storage."""
    rows = {}
    with connection.cursor() as cursor:
        for label in WRITTEN_IN:
            for model in apps.get_app_config(label).get_models():
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY 1')  # noqa: S608 - a name of ours
                rows[model._meta.label] = cursor.fetchall()
    return {**rows, **{folder: sorted(default_storage.listdir(folder)[1]) for folder in ("shots", "attachments")}}


def test_every_act_needs_a_leave_of_today(filer: Person, drafter: Person) -> None:
    acts, helper = verbs(filer, drafter), helper_of("李样本", nothing, filer, drafter)
    without = dict(leaveless(filer, drafter))
    idle = []
    for name, (person, act) in acts.items():
        before = written()
        with transaction.atomic():
            act(Acting("citizen", str(helper.pk), behalf=str(person.pk)))
            if written() == before:
                idle.append(name)
            transaction.set_rollback(True)
    # With a leave everything goes through; what is chosen or ordered already stays as it is.
    assert idle == ["choose", "order"]
    let_through, wrote = [], []
    with clock.set_to(clock.now() + timedelta(days=3)):
        before = written()
        for state, nobody in without.items():
            for name, (person, act) in acts.items():
                try:
                    act(Acting("citizen", str(nobody.pk), behalf=str(person.pk)))
                except NoLeave:
                    continue
                let_through.append((state, name))
            if written() != before:
                wrote.append(state)
    assert (let_through, wrote) == ([], [])


def acts_in(module: ModuleType, nodes: ast.AST) -> set[str]:
    """Return the services called there with an actor or a holder, by their full names; what is local has none."""
    found = set()
    for node in ast.walk(nodes):
        if isinstance(node, ast.Call) and {word.arg for word in node.keywords} & {"acting", "holder"}:
            name, *rest = ast.unparse(node.func).split(".")
            act = vars(module).get(name)
            for part in rest:
                act = getattr(act, part)
            if act is not None:
                found.add(f"{act.__module__}.{act.__qualname__}")
    return found


def pages_of_citizens() -> Iterator[tuple[ModuleType, ast.Module]]:
    """Every module of pages that officials do not use."""
    for path in tree.modules():
        source = path.read_text()
        name = tree.module_name(path)
        is_officials = name.startswith("portal.desk") or "@official" in source
        if "views" in name.split(".") and not is_officials and name not in OWN_AFFAIRS:
            yield import_module(name), ast.parse(source)


def test_every_act_a_page_does_for_somebody_is_asked_for_a_leave_above() -> None:
    done = set().union(*(acts_in(module, source) for module, source in pages_of_citizens()))
    here = sys.modules[__name__]
    asked = next(
        node
        for node in ast.parse(Path(__file__).read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == verbs.__name__
    )
    assert done - acts_in(here, asked) == EXEMPT.keys()
    assert len(done) > len(EXEMPT)
