"""The one thing a signed-in person should see first, from the most pressing to the calmest."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from applications.models import Submission
from applications.services import TrackedForm, Turn, most_urgent
from documents.models import IssuedDocument
from documents.services import renewal_hint
from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.common import clock
from portal.common.templatetags.portal import days_left, moment


def identity_turn(user: User) -> Turn:
    """Say what is left of the real-name proof: begin, go on, or wait for an officer."""
    proof = accounts.proof_of(user)
    if proof is None or not accounts.is_open(proof):
        text = _("核验后就能看到您的证件，开始申请。可以用人脸，也可以不用人脸。")
        return Turn(_("先核验身份"), text, is_you=True, primary=_("去核验身份"), primary_view="accounts:identity")
    if accounts.may_submit(proof) or accounts.may_ask_an_officer(proof):
        text = _("上次核验身份还没有做完，接着做就行。")
        return Turn(_("接着核验身份"), text, is_you=True, primary=_("接着核验"), primary_view="accounts:identity")
    text = _("正在核对您的身份，有结果会发消息，您现在不用做什么。")
    return Turn(_("身份正在核对"), text, actor=_("审核人员"), primary=_("看核对进度"), primary_view="accounts:identity")


def first_turn(
    forms: Sequence[TrackedForm], draft: Submission | None, held: Sequence[IssuedDocument]
) -> tuple[Turn | None, TrackedForm | None]:
    """Return what matters now, and the form it is about: act, go on with the draft, wait, renew."""
    form = most_urgent(forms)
    if form and form.turn.is_you:
        return form.turn, form
    if draft:
        text = _("上次保存：%(at)s，接着填就行。") % {"at": moment(draft.saved_at)}
        return (
            Turn(
                _("还有一张表没有填完"),
                text,
                is_you=True,
                primary=_("接着填"),
                primary_view="applications:tasks",
                primary_arg=draft.pk,
            ),
            None,
        )
    if form:
        return form.turn, form
    today = clock.today()
    due = [row for row in held if renewal_hint(row, today).is_renewable]
    if due:
        first = min(due, key=lambda row: row.expires_on)
        text = _("%(name)s%(left)s到期，现在可以换发。") % {
            "name": first.label,
            "left": days_left(first.expires_on),
        }
        return (
            Turn(
                _("该换新证件了"), text, is_you=True, primary=_("看看能不能网上办"), primary_view="applications:checker"
            ),
            None,
        )
    return None, None
