"""A person's judgement of a picture the checker could not decide: passed with a finished picture, or turned down."""

from uuid import UUID

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from photos.lifecycle import LIFECYCLE
from photos.models import PORTRAIT, Shot
from photos.reading import read, write_jpeg
from photos.signature import HEIGHT, WIDTH
from photos.specs import NIA_ONLINE
from portal.common.acting import Acting
from portal.common.storage import new_name
from portal.common.unmet import Refused, Unmet

PREVIEW_SIDE = 720


def waiting(shot_id: UUID) -> Shot | None:
    """Return the shot if it waits for a person."""
    return Shot.objects.filter(pk=shot_id, status="human").first()


def pass_shot(shot_id: UUID, *, acting: Acting, note: str) -> Shot:
    """Find a picture in order; the finished one is cut from its middle, in the standard's size, and not retouched.

    Raises Refused when it waits for nobody any more, or without a reason.
    """
    shot = _waiting(shot_id, note)
    with default_storage.open(shot.original) as file:
        rgb = read(file.read()).rgb
    size = NIA_ONLINE.output if shot.purpose == PORTRAIT else (WIDTH, HEIGHT)
    image = Image.fromarray(rgb)
    final = ImageOps.fit(image, size, method=Image.Resampling.LANCZOS)
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    names = {"final": _store(final)}
    if not shot.preview:
        names["preview"] = _store(image)
    try:
        with transaction.atomic():
            return LIFECYCLE.perform(shot, "pass", acting=acting, note=note, sets=names)
    except BaseException:
        for name in names.values():
            default_storage.delete(name)
        raise


def turn_down(shot_id: UUID, *, acting: Acting, note: str) -> Shot:
    """Find a picture not in order; the case itself is returned to the applicant by a decision of its own."""
    return LIFECYCLE.perform(_waiting(shot_id, note), "turn_down", acting=acting, note=note)


def _waiting(shot_id: UUID, note: str) -> Shot:
    shot = waiting(shot_id)
    if shot is None:
        raise Refused([Unmet("state", _("这张照片已经有人看过。"), remedy=_("请刷新页面，看最新的状态。"))])
    if not note.strip():
        raise Refused([Unmet("note", _("请写明理由。"), remedy=_("理由会留在审计记录里。"), field="note")])
    return shot


def _store(image: Image.Image) -> str:
    name = new_name("shots")
    default_storage.save(name, ContentFile(write_jpeg(np.asarray(image))))
    return name
