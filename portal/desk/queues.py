"""The desk across all steps: every queue of an official's jurisdiction with its count and the page behind it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Submission
from applications.services import QUEUES, count_queues
from photos.models import Shot
from portal.accounts.models import IdentityProof
from portal.appointments.models import HomeVisit
from portal.common.acting import NATION, Acting
from portal.common.admin import within_jurisdiction
from portal.common.models import Promise
from portal.common.site import portal_admin
from portal.common.unmet import Text
from portal.notifications.models import Message, UndeliverableMessage

# Queues of single states of other steps: the one state of each from which an official leads on.
PHOTO_STATES, IDENTITY_STATES = ("human",), ("manual",)
VISIT_STATES = ("asked", "accepted")
URGENT = ("urgent", "urgency_claimed", "overdue", "dead")


@dataclass(frozen=True)
class Pile:
    """One queue as the desk shows it; `href` is "" where there is no page to open."""

    name: str
    label: Text
    hint: Text
    count: int
    href: str

    @property
    def is_urgent(self) -> bool:
        """Whether it holds something that should not wait."""
        return self.count > 0 and self.name in URGENT


@dataclass(frozen=True)
class Desk:
    """All queues: those an official acts on, those that hang, those that wait for somebody else."""

    ours: list[Pile]
    attention: list[Pile]
    waiting: list[Pile]


def photo_reviews(acting: Acting) -> "QuerySet[Shot]":
    """Return the pictures of the jurisdiction that wait for a person."""
    return within_jurisdiction(Shot.objects.filter(status__in=PHOTO_STATES), acting, path="authority")


def identity_tasks(acting: Acting) -> "QuerySet[IdentityProof]":
    """Return the real-name proofs of the jurisdiction that wait for a person."""
    return within_jurisdiction(IdentityProof.objects.filter(status__in=IDENTITY_STATES), acting, path="authority")


def home_visits(acting: Acting) -> "QuerySet[HomeVisit]":
    """Return the visits at home of the jurisdiction that wait for an answer, or for being made."""
    return within_jurisdiction(HomeVisit.objects.filter(status__in=VISIT_STATES), acting, path="authority")


def undeliverable(acting: Acting) -> "QuerySet[Message]":
    """Return the messages that reached nobody; what has no authority is everybody's."""
    rows = UndeliverableMessage.objects.filter(undeliverable_at__isnull=False, read_at=None)
    own = acting.authority
    if own == NATION:
        return rows
    within = Q(authority__startswith=own[:2]) if own.endswith("0000") else Q(authority=own)
    return rows.filter(within | Q(authority=""))


def dead_promises(acting: Acting) -> "QuerySet[Promise]":
    """Return the steps that were given up for rows of the jurisdiction; a step of no row is everybody's.

    A promise holds opaque ids only, so the rows they name say whose it is; given-up steps are few.
    """
    rows = Promise.objects.dead()
    if acting.authority == NATION:
        return rows
    named = {row.pk: _ids(row) for row in rows}
    ids = {key for keys in named.values() for key in keys}
    owners: dict[UUID, str] = {}
    tables: tuple[type[Model], ...] = (Application, Submission, Shot, IdentityProof)
    for table in tables:
        owners |= dict(table._default_manager.filter(pk__in=ids).values_list("pk", "authority"))  # noqa: SLF001 - any model
    foreign = [
        pk for pk, keys in named.items() if any(not acting.covers(owners[key]) for key in keys if owners.get(key))
    ]
    return rows.exclude(pk__in=foreign)


def _ids(row: Promise) -> list[UUID]:
    found = []
    for value in row.payload.values():
        try:
            found.append(UUID(str(value)))
        except ValueError:
            continue
    return found


def top(acting: Acting) -> list[Pile]:
    """Return the queues of the bar on top of every page; three queries."""
    counts = count_queues(acting)
    cases = reverse("admin:applications_application_changelist")
    to_review = sum(
        counts[name] for name, queue in QUEUES.items() if "filed" in queue.states or "accepted" in queue.states
    )
    piles = [Pile("review", _("待审"), "", to_review, cases)]
    piles += [
        Pile(name, QUEUES[name].label, "", counts[name], f"{cases}?queue={name}")
        for name in ("urgent", "urgency_claimed", "due_soon", "corrected")
    ]
    piles.append(Pile("photos", _("照片复核"), "", photo_reviews(acting).count(), _list_of(Shot)))
    piles.append(Pile("identity", _("实名核验"), "", identity_tasks(acting).count(), _list_of(IdentityProof)))
    return [pile for pile in piles if pile.href]


def desk(acting: Acting) -> Desk:
    """Return every queue of the actor's jurisdiction with its count."""
    counts = count_queues(acting)
    cases = reverse("admin:applications_application_changelist")
    piles = {
        name: Pile(name, queue.label, queue.hint, counts[name], f"{cases}?queue={name}")
        for name, queue in QUEUES.items()
    }
    attention = [
        Pile(
            "photos",
            _("照片复核"),
            _("机器判不了，请您看。"),
            photo_reviews(acting).count(),
            _list_of(Shot),
        ),
        Pile(
            "identity",
            _("实名核验"),
            _("人脸没通过或者不用人脸的。"),
            identity_tasks(acting).count(),
            _list_of(IdentityProof),
        ),
        Pile(
            "visits",
            _("上门服务"),
            _("去不了窗口的人在等答复，或者等您上门。"),
            home_visits(acting).count(),
            _list_of(HomeVisit),
        ),
        Pile(
            "messages",
            _("送不到的消息"),
            _("短信和邮件都没有送到。"),
            undeliverable(acting).count(),
            _list_of(UndeliverableMessage),
        ),
        Pile(
            "dead",
            _("停下的步骤"),
            _("试了多次没有成功，等主管重试。"),
            dead_promises(acting).count(),
            _list_of(Promise),
        ),
    ]
    return Desk(
        ours=[piles[name] for name, queue in QUEUES.items() if queue.is_ours],
        attention=attention,
        waiting=[piles[name] for name, queue in QUEUES.items() if not queue.is_ours],
    )


def _list_of(model: type[Model]) -> str:
    if not portal_admin.is_registered(model):
        return ""
    meta = model._meta  # noqa: SLF001 - Django's public-by-custom Meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
