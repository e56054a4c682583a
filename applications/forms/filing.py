"""The declarations an applicant makes when filing, and when handing in again."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications import consents
from applications.models import Submission
from documents import catalog
from portal.common.forms import PortalForm
from portal.common.masking import mask_name
from portal.common.unmet import Text


def is_loss_reported(submission: Submission) -> bool:
    """Tell whether a document is reported lost or stolen on the form."""
    reasons = (request.get("reason") for request in submission.answers.get("requests", {}).values())
    return any(catalog.REASONS[code].voids_old for code in reasons if code in catalog.REASONS)


class LossForm(PortalForm):
    """The sworn report of a document that is gone."""

    loss_sworn = forms.BooleanField(
        label=_("我声明证件确实遗失或被盗。提交后旧证件马上作废，找到了也不能再用。"), required=False
    )


# Who declares in whose name, where it is not the applicant alone.
_SIGNED_FOR: Mapping[str, Text] = {
    consents.HELPER: _(
        "我是代办人，替%(name)s填写。内容经本人看过，真实、完整，签名是本人的。我知道提供虚假材料要承担法律责任。"
    ),
    consents.GUARDIAN: _(
        "我是监护人，替未满 16 周岁的%(name)s填写并签名。内容真实、完整。我知道提供虚假材料要承担法律责任。"
    ),
}


class DeclarationForm(LossForm):
    """Truth of what was filled in, and where a document is gone, the sworn report of it."""

    agreed = forms.BooleanField(label=_("我填写的内容真实、完整。我知道提供虚假材料要承担法律责任。"), required=False)
    field_order = ("agreed", "loss_sworn")

    def __init__(self, data: Mapping[str, Any] | None, *, submission: Submission, signer: str) -> None:
        """Say who signs; ask for the report only where a document is gone."""
        super().__init__(data)
        if signer in _SIGNED_FOR:
            self.fields["agreed"].label = _SIGNED_FOR[signer] % {"name": mask_name(submission.beneficiary.name)}
        if not is_loss_reported(submission):
            del self.fields["loss_sworn"]


def declared_in(data: Mapping[str, Any]) -> dict[str, bool]:
    """Return what was declared; filing says what is missing."""
    return {name: name in data for name in DeclarationForm.base_fields}
