"""Whom a text message reaches."""

from django.utils.translation import gettext_lazy as _

from portal.common.masking import mask_phone
from portal.notifications.channels.base import Contact

CONTACT = Contact(_("短信"), lambda user: user.phone, mask_phone)
