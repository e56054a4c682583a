"""From upload to taking away: a file is received, scanned in a task, handed out when clean, removed with its form."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from applications.attachments import reading
from applications.attachments.lifecycle import LIFECYCLE
from applications.gateways.scanner import scanner
from applications.models import Attachment, Submission
from applications.reopening import MATERIALS, lock_to_edit
from portal.common import clock, outbox, throttle
from portal.common.acting import Acting
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.models import Promise
from portal.common.storage import new_name
from portal.common.unmet import Refused, Unmet

TOPIC = "applications.scan"
FOLDER = "attachments"
# With the outbox's pauses about a day: long enough for a scanner to be mended, short enough to be noticed.
TRIES = 100
LEASE = 120
MOST_OF_ONE, MOST = 6, 40
UPLOADS_A_DAY, DAY_SECONDS = 200, 24 * 3600
_SCANNING = Acting.system("scanner")
_UNJUDGED = ("waiting", "quarantined")


def of(owner: UUID) -> list[Attachment]:
    """Return the files of a form in the order they came."""
    return list(Attachment.objects.filter(owner=owner).exclude(status="removed").order_by("number"))


def receive(  # noqa: PLR0913 - what an upload consists of
    submission: Submission, material: str, data: bytes, *, name: str, acting: Acting, replaces: UUID | None = None
) -> Attachment:
    """Keep a file for a material and promise its scan; `replaces` goes once the new one is there.

    Raises Refused: neither PDF nor picture, too many files or too often, nothing there to replace, a form that takes no
    files now.
    """
    _spend_allowance(submission.pk)
    shown = reading.plain_name(name)
    media = reading.recognise(data, shown)
    kept = new_name(FOLDER)
    default_storage.save(kept, ContentFile(data))
    row = Attachment(
        owner=submission.pk,
        authority=submission.authority,
        material=material,
        name=shown,
        media=media,
        size=len(data),
        received_at=clock.now(),
        original=kept,
    )
    try:
        try:
            _keep(row, acting, replaces)
        except IntegrityError:
            # Another file sent at the same moment took the number: this one is the next.
            _keep(row, acting, replaces)
    except BaseException:
        default_storage.delete(kept)
        raise
    return row


def _keep(row: Attachment, acting: Acting, replaces: UUID | None) -> None:
    with transaction.atomic():
        lock_to_edit(row.owner, MATERIALS, acting=acting)
        if replaces:
            _remove(replaces, row.owner, acting)
        row.number, row.event_seq = _next_number(row), 0
        LIFECYCLE.begin([row], actions=[("receive", acting)])
        outbox.promise(TOPIC, key=str(row.pk), payload={"attachment": str(row.pk)}, lease=LEASE)


def _next_number(row: Attachment) -> int:
    """Return the number after the last one given out; what counts against the limits is what lies there now."""
    rows = Attachment.objects.filter(owner=row.owner)
    kept = rows.exclude(status="removed")
    if kept.filter(material=row.material).count() >= MOST_OF_ONE:
        raise _too_many(_("一种材料最多 %(most)d 个文件。") % {"most": MOST_OF_ONE})
    if kept.count() >= MOST:
        raise _too_many(_("一张表最多放 %(most)d 个文件。") % {"most": MOST})
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _too_many(text: str) -> Refused:
    return Refused([Unmet("file_count", text, remedy=_("请删掉不要的，或者把几页合成一个 PDF。"), field="file")])


def _spend_allowance(submission_id: UUID) -> None:
    """Count one upload: removed files leave their history, so there is a bound to a day, and the next day goes on."""
    if not throttle.spend("attachments.upload", key=str(submission_id), limit=UPLOADS_A_DAY, seconds=DAY_SECONDS):
        text = _("一张表一天最多上传 %(most)d 次文件。") % {"most": UPLOADS_A_DAY}
        remedy = _("传好的都还在，请明天再传；急用的可以到出入境窗口交。")
        raise Refused([Unmet("file_too_often", text, remedy=remedy, field="file")])


def remove(attachment_id: UUID, *, owner: UUID, acting: Acting) -> None:
    """Take a file away: its content goes once the transaction is committed, its history stays; raises Refused."""
    with transaction.atomic():
        lock_to_edit(owner, MATERIALS, acting=acting)
        _remove(attachment_id, owner, acting)


def _remove(attachment_id: UUID, owner: UUID, acting: Acting) -> None:
    rows = Attachment.objects.select_for_update().exclude(status="removed")
    row = rows.filter(pk=attachment_id, owner=owner).first()
    if row is None:
        text = _("这个文件已经删掉了。")
        raise Refused([Unmet("file_gone", text, remedy=_("请刷新页面，看现在有哪些文件。"), field="file")])
    _take_away(row, "remove", acting)


def remove_all(owner: UUID, *, acting: Acting, keep: Iterable[str] = ()) -> None:
    """Take every file of a form away but those for the materials to keep."""
    with transaction.atomic():
        rows = Attachment.objects.select_for_update().filter(owner=owner).order_by("pk")
        rows = rows.exclude(status="removed").exclude(material__in=list(keep))
        for row in rows:
            _take_away(row, "remove", acting)


def _take_away(row: Attachment, action: str, acting: Acting, codes: tuple[str, ...] = ()) -> None:
    names = [name for name in (row.original, row.final) if name]
    sets: dict[str, object] = {"original": "", "final": ""}
    if action == "refuse":
        sets["scanned_at"] = clock.now()
    LIFECYCLE.perform(row, action, acting=acting, codes=codes, sets=sets)
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))


def hand_to(owner: UUID, *, authority: str) -> None:
    """Give the files of a form to the office that decides on it, in the caller's transaction."""
    Attachment.objects.filter(owner=owner).update(authority=authority)


def content(row: Attachment) -> tuple[bytes, str, str]:
    """Return bytes, media type and name of a clean file; the caller checked the right to see it."""
    with default_storage.open(row.final) as file:
        return file.read(), reading.MEDIA_TYPES[row.media], reading.name_as(row.media, row.name)


# --- the scan


def keep_promise(promise: Promise) -> None:
    """Scan the file a promise names, outside any transaction; without a verdict it lies in quarantine, never open.

    Raises GatewayDown while the scanner is away, GiveUp for a file it will never take.
    """
    row = Attachment.objects.filter(pk=promise.payload["attachment"], status__in=_UNJUDGED).first()
    if row is None:
        return
    with default_storage.open(row.original) as file:
        data = file.read()
    try:
        found = scanner().scan(data)
    except GatewayDown:
        _quarantine(row)
        raise
    except GatewayRefused as refused:
        raise outbox.GiveUp(refused.code) from refused
    if found:
        _refuse(row, found)
    else:
        _pass(row, data)


def give_up(promise: Promise, code: str) -> None:  # noqa: ARG001 - the outbox's signature
    """A file without a verdict stays closed, where an officer sees it and may return it."""
    row = Attachment.objects.filter(pk=promise.payload["attachment"]).first()
    if row is not None:
        _quarantine(row)


def _locked(row: Attachment) -> Attachment | None:
    """Lock the row if it still waits for its verdict."""
    return Attachment.objects.select_for_update().filter(pk=row.pk, status__in=_UNJUDGED).first()


def _quarantine(row: Attachment) -> None:
    with transaction.atomic():
        fresh = _locked(row)
        if fresh is not None and fresh.is_waiting:
            LIFECYCLE.perform(fresh, "quarantine", acting=_SCANNING)


def _refuse(row: Attachment, found: str) -> None:
    with transaction.atomic():
        fresh = _locked(row)
        if fresh is not None:
            _take_away(fresh, "refuse", _SCANNING, ("virus", found))


def _pass(row: Attachment, data: bytes) -> None:
    """Let a clean file be opened: a PDF as it came, of a picture a fresh JPEG in place of what came."""
    final = row.original
    if row.media == reading.JPEG:
        final = new_name(FOLDER)
        default_storage.save(final, ContentFile(reading.encode(data)))
    with transaction.atomic():
        fresh = _locked(row)
        if fresh is not None:
            sets: dict[str, object] = {"original": "", "final": final, "scanned_at": clock.now()}
            LIFECYCLE.perform(fresh, "pass", acting=_SCANNING, sets=sets)
    outdated = row.original if fresh is not None else final
    if row.media == reading.JPEG:
        default_storage.delete(outdated)
