"""From upload to verdict: a shot is received, inspected in a task, shown, chosen or sent to a person."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from PIL import Image

from photos.checks import CheckResult
from photos.inspection import Inspection, inspect
from photos.lifecycle import LIFECYCLE
from photos.models import PORTRAIT, Shot
from photos.reading import Reading, Unreadable, read, write_jpeg
from photos.signature import inspect_signature
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.models import Promise
from portal.common.storage import new_name
from portal.common.unmet import Refused, Unmet

TOPIC = "photos.inspect"
INSPECTION_LEASE = 120
PREVIEW_SIDE = 720
FAILURES_BEFORE_HUMAN = 2
MOST_SHOTS = 30


def receive(  # noqa: PLR0913 - what an upload consists of
    data: bytes,
    *,
    owner: UUID,
    purpose: str,
    authority: str,
    acting: Acting,
    first: Callable[[], object] | None = None,
) -> Shot:
    """Keep a picture and promise its inspection; raises Refused at once for what is no picture at all.

    `first` runs in the transaction that writes: what it raises keeps the picture out.
    """
    try:
        read(data, working_side=256)
    except Unreadable as error:
        reason = _("%(title)s：%(value)s，要求 %(limit)s。") if error.limit else _("%(title)s不符合要求。")
        text = reason % {"title": error.title, "value": error.value, "limit": error.limit}
        raise Refused([Unmet(error.code, text, remedy=error.remedy, field="file")]) from error
    name = new_name("shots")
    default_storage.save(name, ContentFile(data))
    shot = Shot(owner=owner, purpose=purpose, authority=authority, received_at=clock.now(), original=name)
    try:
        try:
            _keep(shot, acting, first)
        except IntegrityError:
            # Another picture sent at the same moment took the number: this one is the next.
            _keep(shot, acting, first)
    except BaseException:
        default_storage.delete(name)
        raise
    return shot


def _keep(shot: Shot, acting: Acting, first: Callable[[], object] | None) -> None:
    with transaction.atomic():
        if first:
            first()
        shot.number, shot.event_seq = _next_number(shot.owner, shot.purpose), 0
        LIFECYCLE.begin([shot], actions=[("receive", acting)])
        outbox.promise(TOPIC, key=str(shot.pk), payload={"shot": str(shot.pk)}, lease=INSPECTION_LEASE)


def _next_number(owner: UUID, purpose: str) -> int:
    last = Shot.objects.filter(owner=owner, purpose=purpose).aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_SHOTS:
        text = _("这张表已经传了 %(most)d 张照片。") % {"most": MOST_SHOTS}
        raise Refused([Unmet("shots", text, remedy=_("请从已有的照片里选，或者请工作人员看。"), field="file")])
    return int(last) + 1


def keep_promise(row: Promise) -> None:
    """Inspect the shot a promise names, unless that is done; the image work runs outside any transaction."""
    shot = Shot.objects.filter(pk=row.payload["shot"], status="waiting").first()
    if shot is None:
        return
    with default_storage.open(shot.original) as file:
        data = file.read()
    accepted, verdict, preview, final = _judge(data, shot.purpose)
    names = {"preview": _store(preview), "final": _store(final)}
    with transaction.atomic():
        rivals = Shot.objects.select_for_update().filter(owner=shot.owner, purpose=shot.purpose).order_by("pk")
        fresh = next(rival for rival in rivals if rival.pk == shot.pk)
        if fresh.status != "waiting":
            _drop(*names.values())
            return
        chosen_already = Shot.objects.filter(owner=shot.owner, purpose=shot.purpose, is_chosen=True).exists()
        LIFECYCLE.perform(
            fresh,
            "accept" if accepted else "refuse",
            acting=Acting.system("inspection"),
            sets={
                **names,
                "verdict": verdict,
                "inspected_at": clock.now(),
                "is_chosen": accepted and not chosen_already,
            },
        )


def give_up(row: Promise, code: str) -> None:  # noqa: ARG001 - the outbox's signature
    """A picture the checker cannot finish goes to a person: nobody is stopped by a fault of ours."""
    shot = Shot.objects.filter(pk=row.payload["shot"], status="waiting").first()
    if shot is not None:
        LIFECYCLE.perform(shot, "ask_human", acting=Acting.system("inspection"))


def _judge(data: bytes, purpose: str) -> tuple[bool, dict[str, Any], bytes, bytes]:
    """Return acceptance, the verdict as JSON, the preview and the finished picture ('' when there is none)."""
    reading = read(data)
    preview = _preview(reading)
    if purpose != PORTRAIT:
        checks, final = inspect_signature(reading)
        verdict: dict[str, Any] = {"checks": [_plain(check) for check in checks], "outcome": ""}
        return final is not None, verdict, preview, final or b""
    inspection = inspect(data, today=clock.today())
    accepted = inspection.outcome in ("accepted", "accepted_after_crop")
    return accepted, _verdict(inspection), preview, _finished(inspection)


def _finished(inspection: Inspection) -> bytes:
    """Return the finished portrait; of a refused photo the crop, if there is one, for the officer who may pass it."""
    return inspection.final or (inspection.crop.jpeg if inspection.crop else b"")


def _verdict(inspection: Inspection) -> dict[str, Any]:
    crop, refusal = inspection.crop, inspection.crop_refusal
    return {
        "standard": inspection.standard,
        "version": inspection.version,
        "outcome": inspection.outcome,
        "faces": inspection.faces,
        "milliseconds": inspection.milliseconds,
        "checks": [_plain(check) for check in inspection.checks],
        "crop": [_plain(check) for check in crop.checks] if crop else [],
        "corners": [list(corner) for corner in crop.corners] if crop else [],
        "crop_refusal": {"code": refusal.code, "value": refusal.value, "limit": refusal.limit} if refusal else None,
    }


def _plain(check: CheckResult) -> dict[str, Any]:
    """Return figures and codes of a check; its words are looked up again in the reader's language."""
    value = check.value
    return {
        "code": check.code,
        "verdict": check.verdict,
        "value": round(float(value), 3) if isinstance(value, int | float | np.number) else value,
        "low": check.low,
        "high": check.high,
        "overlay": [
            {"kind": shape.kind, "points": [[round(float(x), 4), round(float(y), 4)] for x, y in shape.points]}
            for shape in check.overlay
        ],
    }


def _preview(reading: Reading) -> bytes:
    image = Image.fromarray(reading.rgb)
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return write_jpeg(np.asarray(image), quality=85)


def _store(data: bytes) -> str:
    if not data:
        return ""
    name = new_name("shots")
    default_storage.save(name, ContentFile(data))
    return name


def _drop(*names: str) -> None:
    for name in names:
        if name:
            default_storage.delete(name)


def shots_of(owner: UUID, purpose: str) -> list[Shot]:
    """Return the shots of a form in the order they were taken."""
    return list(Shot.objects.filter(owner=owner, purpose=purpose).exclude(status="removed").order_by("number"))


def chosen(owner: UUID) -> Mapping[str, Shot]:
    """Return the chosen shot of each purpose."""
    return {shot.purpose: shot for shot in Shot.objects.filter(owner=owner, is_chosen=True)}


def hand_to(owner: UUID, *, authority: str) -> None:
    """Give the pictures of a form to the office that decides on it, in the caller's transaction."""
    Shot.objects.filter(owner=owner).update(authority=authority)


def remove_all(owner: UUID, *, acting: Acting) -> None:
    """Take every picture of a form away: the files go once the transaction is committed, the history stays."""
    with transaction.atomic():
        alive = Shot.objects.select_for_update().filter(owner=owner).exclude(status="removed").order_by("pk")
        for shot in alive:
            names = (shot.original, shot.preview, shot.final)
            empty: dict[str, object] = {"original": "", "preview": "", "final": "", "is_chosen": False}
            LIFECYCLE.perform(shot, "remove", acting=acting, sets=empty)
            transaction.on_commit(partial(_drop, *names))


def choose(shot_id: UUID, *, owner: UUID) -> Shot:
    """Choose an accepted shot, or one that waits for a person; raises Refused for any other."""
    with transaction.atomic():
        purpose = Shot.objects.values_list("purpose", flat=True).get(pk=shot_id, owner=owner)
        # All of a kind, in one order: two choices at the same moment follow one another.
        rivals = Shot.objects.select_for_update().filter(owner=owner, purpose=purpose).order_by("pk")
        shot = next(rival for rival in rivals if rival.pk == shot_id)
        if not shot.is_usable:
            text = _("这张照片没有通过检查。")
            raise Refused([Unmet("shot", text, remedy=_("请改好后重新拍，或者请工作人员看照片。"), field="shot")])
        Shot.objects.filter(owner=owner, purpose=shot.purpose, is_chosen=True).update(is_chosen=False)
        shot.is_chosen = True
        shot.save(update_fields=["is_chosen"])
    return shot


def may_ask_human(owner: UUID, purpose: str) -> bool:
    """Tell whether two pictures failed, so that a person may be asked."""
    failed = Shot.objects.filter(owner=owner, purpose=purpose, status="refused").count()
    return failed >= FAILURES_BEFORE_HUMAN


def ask_human(shot_id: UUID, *, owner: UUID, acting: Acting) -> Shot:
    """Send a refused picture to an officer and choose it; the form can be filed with it."""
    with transaction.atomic():
        shot = Shot.objects.select_for_update().get(pk=shot_id, owner=owner)
        if not may_ask_human(owner, shot.purpose):
            text = _("还可以再试一次：两张没通过以后可以请工作人员看。")
            raise Refused([Unmet("human", text, remedy=_("请按提示重新拍一张。"), field="shot")])
        shot = LIFECYCLE.perform(shot, "ask_human", acting=acting)
    return choose(shot.pk, owner=owner)


def picture(shot: Shot, *, which: str = "preview") -> bytes:
    """Return a JPEG of a shot, `preview` or `final` where there is one; the caller checked the right to see it."""
    name = (shot.final or shot.preview) if which == "final" else shot.preview
    with default_storage.open(name) as file:
        data: bytes = file.read()
    return data
