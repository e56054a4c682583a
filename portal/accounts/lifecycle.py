"""The ways of a real-name proof and of an authorisation, as tables: who may do what, and who is told."""

from django.utils.translation import gettext_lazy as _

from portal.common.lifecycle import NEW, Lifecycle, State, Transition

FACE_TRIES = 3

IDENTITY_PROOF = Lifecycle(
    "identity_proof",
    states=(
        State("started", "started", _("等您填写")),
        State("comparing", "comparing", _("正在核对")),
        State("unmatched", "unmatched", _("姓名和号码对不上，等您核对")),
        State("face_failed", "face_failed", _("人脸没有通过，等您重拍")),
        State("manual", "manual", _("等工作人员核验")),
        State("proved", "proved", _("已实名"), open=False),
        State("refused", "refused", _("未通过"), open=False),
    ),
    transitions=(
        Transition("start", (NEW,), "started", ("citizen",), _("开始实名核验")),
        Transition("choose_way", ("started", "unmatched", "face_failed"), "started", ("citizen",), _("改变核验方式")),
        Transition("submit", ("started", "unmatched", "face_failed"), "comparing", ("citizen",), _("提交核对")),
        Transition("prove", ("comparing",), "proved", ("system",), _("核对通过"), message="identity_proved"),
        Transition("find_unmatched", ("comparing",), "unmatched", ("system",), _("姓名和号码对不上")),
        Transition("fail_face", ("comparing",), "face_failed", ("system",), _("人脸没有通过")),
        Transition("ask_an_officer", ("face_failed", "unmatched"), "manual", ("citizen",), _("改由工作人员核验")),
        Transition("hand_over", ("comparing",), "manual", ("system",), _("转工作人员核验"), message="identity_manual"),
        Transition(
            "find_taken", ("comparing",), "refused", ("system",), _("已在其他账户实名"), message="identity_refused"
        ),
        Transition(
            "approve",
            ("manual",),
            "proved",
            ("officer", "supervisor"),
            _("核验通过"),
            message="identity_proved",
            needs_note=True,
        ),
        Transition(
            "refuse",
            ("manual",),
            "refused",
            ("officer", "supervisor"),
            _("核验不通过"),
            message="identity_refused",
            needs_note=True,
        ),
    ),
)

# Who of the two is acting is asked in helping.py: the table knows roles, not people.
AUTHORISATION = Lifecycle(
    "authorisation",
    states=(
        State("invited", "invited", _("等代办人确认")),
        State("active", "active", _("生效中")),
        State("declined", "declined", _("代办人没有同意"), open=False),
        State("revoked", "revoked", _("已解除"), open=False),
        State("expired", "expired", _("已到期"), open=False),
    ),
    transitions=(
        Transition("invite", (NEW,), "invited", ("citizen",), _("邀请代办人"), message="authorisation.invited"),
        Transition("accept", ("invited",), "active", ("citizen",), _("同意代办"), message="authorisation.active"),
        Transition(
            "decline", ("invited",), "declined", ("citizen",), _("不同意代办"), message="authorisation.declined"
        ),
        Transition(
            "revoke", ("invited", "active"), "revoked", ("citizen",), _("解除授权"), message="authorisation.revoked"
        ),
        Transition(
            "expire", ("invited", "active"), "expired", ("system",), _("授权到期"), message="authorisation.expired"
        ),
    ),
)
