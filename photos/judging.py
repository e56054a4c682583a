"""A person's judgement of a picture the checker could not decide: passed, or turned down."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from photos.lifecycle import LIFECYCLE
from photos.models import Shot
from portal.common.acting import Acting
from portal.common.unmet import Refused, Unmet


def pass_shot(shot_id: UUID, *, acting: Acting, note: str) -> Shot:
    """Find a picture in order; its finished form is the crop the inspection made.

    Raises Refused when it waits for nobody any more, without a reason, or when nothing could be cut from it.
    """
    return LIFECYCLE.perform(_waiting(shot_id, note), "pass", acting=acting, note=note)


def turn_down(shot_id: UUID, *, acting: Acting, note: str) -> Shot:
    """Find a picture not in order; the case itself is returned to the applicant by a decision of its own."""
    return LIFECYCLE.perform(_waiting(shot_id, note), "turn_down", acting=acting, note=note)


def _waiting(shot_id: UUID, note: str) -> Shot:
    shot = Shot.objects.filter(pk=shot_id, status="human").first()
    if shot is None:
        raise Refused([Unmet("state", _("这张照片已经有人看过。"), remedy=_("请刷新页面，看最新的状态。"))])
    if not note.strip():
        raise Refused([Unmet("note", _("请写明理由。"), remedy=_("理由会留在审计记录里。"), field="note")])
    return shot
