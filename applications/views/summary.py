"""The answers as sections to check: term, value, and where each can be changed."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from applications import answers, materials, pages
from applications.endorsing import ending_with_card
from applications.facts import Known
from applications.forms.name import shown
from applications.forms.pages import held_line, trip_line, way_of_endorsements
from applications.models import Submission
from applications.views.materials import word
from applications.views.tasks import DRAWINGS, register_rows
from documents import catalog
from photos.services import PORTRAIT, SIGNATURE, Shot, chosen, present
from portal.common.masking import mask_citizen_number, mask_phone
from portal.common.phrases import listed

Rows = list[dict[str, Any]]


def asked(submission: Submission, known: Known | None) -> Rows:
    """Return the requested documents with their reasons and the documents they replace."""
    rows = []
    again = submission.answers.get("endorsements", {})
    ending = [one for one in ending_with_card(submission.beneficiary) if one.destination not in again]
    for code, request in submission.answers.get("requests", {}).items():
        if code not in catalog.FORM_KINDS or request.get("reason") not in catalog.REASONS:
            continue
        reason = catalog.reason(request["reason"])
        lines = [reason.label]
        old = known.documents.get(code) if known else None
        if old:
            lines.append(_("旧证件 %(held)s") % {"held": held_line(old)})
        if trips := [trip_line(one) for one in ending if one.permit.kind == code]:
            lines.append(_("证上的%(trips)s随旧证作废，这张表没有重新申请") % {"trips": listed(trips)})
        if request.get("statement") and reason.code in answers.STATED_REASONS:
            lines.append(request["statement"])
        title = _("%(kind)s，%(category)s") % {
            "kind": catalog.kind(code).label,
            "category": catalog.category(reason.category).label,
        }
        rows.append({"drawing": DRAWINGS[code], "title": title, "lines": lines})
    for destination, said in submission.answers.get("endorsements", {}).items():
        if not answers.endorsement_unmet(destination, said):
            drawing = DRAWINGS[catalog.permit_for(destination)]
            title = _("%(place)s签注") % {"place": catalog.DESTINATIONS[destination]}
            purpose = catalog.type_name(destination, said["letter"])
            rows.append({"drawing": drawing, "title": title, "lines": [purpose, catalog.option(said["option"]).label]})
    return rows


def sections(submission: Submission, known: Known | None, *, back: str) -> Rows:
    """Return every other section; phones and the citizen number are masked."""
    told = submission.answers
    built = (
        ("personal", _("个人信息"), _personal(submission, known)),
        ("name", _("拼音姓名"), _name(told.get("name", {}))),
        ("contact", _("联系方式"), _contact(told.get("contact", {}))),
        ("photo", _("照片和签名"), _pictures(submission, back)),
        ("delivery", _("取证方式"), _delivery(told)),
        *((("urgency", _("加急"), _urgency(told["urgency"])),) if told.get("urgency") else ()),
    )
    papers = _papers(submission)
    # Each picture has its own link; how an endorsement alone reaches its holder is not asked.
    fixed = {"photo"} if answers.is_handed_over(told) else {"photo", "delivery"}
    shown = [
        {"title": title, "rows": rows, "change_href": "" if slug in fixed else _href(submission, slug) + back}
        for slug, title, rows in built
    ]
    if papers:
        href = _href(submission, materials.PAGE) + back if materials.is_needed(submission) else ""
        shown.insert(-1, {"title": _("所需材料"), "rows": papers, "change_href": href})
    return shown


def _papers(submission: Submission) -> Rows:
    """Return each paper with what answers for it: a register's entry, or the names of its files."""
    rows = []
    for paper in materials.papers(submission):
        row: dict[str, Any] = {"term": paper.material.label, "text": word(paper.standing)}
        row["note"] = paper.entry or listed(file.name for file in paper.files)
        rows.append(row)
    return rows


def _href(submission: Submission, slug: str) -> str:
    return reverse("applications:page", args=[submission.pk, slug])


def _personal(submission: Submission, known: Known | None) -> Rows:
    person, told = submission.beneficiary, submission.answers.get("personal", {})
    number = mask_citizen_number(person.citizen_number)
    rows: Rows = (
        list(register_rows(known, number))
        if known
        else [
            {"term": _("姓名"), "text": person.name},
            {"term": _("公民身份号码"), "text": number, "is_number": True},
        ]
    )
    identities = {
        "other": _("不是登记备案的国家工作人员，也不是现役军人"),
        "state_employee": _("登记备案的国家工作人员"),
        "military": _("现役军人、武警"),
    }
    changes = {True: _("变过"), False: _("没有变")}
    return [
        *rows,
        {"term": _("现住址"), "text": told.get("address", "")},
        {"term": _("工作单位或学校"), "text": told.get("employer", "")},
        {"term": _("本人身份"), "text": identities.get(told.get("identity", ""), "")},
        {"term": _("身份信息变更"), "text": changes.get(told.get("identity_changed"), "")},
    ]


def _name(told: Mapping[str, Any]) -> Rows:
    spelling = shown(told.get("surname", ""), told.get("given", ""))
    return [{"term": _("证件上的拼音"), "text": spelling, "is_number": True}]


def _contact(told: Mapping[str, Any]) -> Rows:
    emergency = _("%(name)s，%(phone)s") % {
        "name": told.get("emergency_name", ""),
        "phone": mask_phone(told.get("emergency_phone", "")),
    }
    rows: Rows = [
        {"term": _("手机"), "text": mask_phone(told.get("phone", "")), "is_number": True},
        {"term": _("紧急联系人"), "text": emergency},
    ]
    if told.get("guardian_phone"):
        phone = mask_phone(told["guardian_phone"])
        rows.append({"term": _("另一位监护人的手机号"), "text": phone, "is_number": True})
    return rows


def _pictures(submission: Submission, back: str) -> Rows:
    shots = chosen(submission.pk)
    titles = {PORTRAIT: _("照片"), SIGNATURE: _("签名")}
    alts = {PORTRAIT: _("您的照片"), SIGNATURE: _("您的签名")}
    rows = []
    for slug, purpose in pages.PICTURES.items():
        shot = shots.get(purpose)
        row: dict[str, Any] = {"term": titles[purpose], "text": _standing(shot), "href": _href(submission, slug) + back}
        if shot and shot.preview:
            which = "final" if shot.final else "preview"
            row["image"] = reverse("applications:picture", args=[submission.pk, shot.pk, which])
            row["alt"] = alts[purpose]
        if purpose == PORTRAIT and len(submission.answers.get("requests", {})) > 1:
            row["note"] = _("几种证件共用这一张")
        rows.append(row)
    return rows


def _standing(shot: Shot | None) -> str:
    if shot is None:
        return _("还没有")
    if not shot.is_accepted:
        return _("请工作人员看，可以先提交")
    if shot.purpose == SIGNATURE:
        return _("已上传，字迹清楚")
    return _("%(count)s 项检查全部通过") % {"count": present(shot).count}


def _urgency(told: Mapping[str, Any]) -> Rows:
    reason = catalog.URGENCIES.get(told.get("reason", ""))
    return [
        {"term": _("加急原因"), "text": reason.name if reason else ""},
        {"term": _("情况说明"), "text": told.get("statement", "")},
    ]


def _delivery(answered: Mapping[str, Any]) -> Rows:
    written = way_of_endorsements(answered)
    if not answers.is_handed_over(answered):
        return [{"term": _("方式"), "text": written}]
    told = answered.get("delivery", {})
    of_endorsements = [{"term": _("签注"), "text": written}] if written else []
    if told.get("method") == answers.PICKUP:
        return [{"term": _("方式"), "text": _("到户口所在地的出入境窗口自取")}, *of_endorsements]
    whom = _("%(name)s，%(phone)s") % {"name": told.get("recipient", ""), "phone": mask_phone(told.get("phone", ""))}
    place = " ".join(part for part in (told.get("address", ""), told.get("postcode", "")) if part)
    return [
        {"term": _("方式"), "text": _("快递到家，邮费到付")},
        {"term": _("收件人"), "text": whom},
        {"term": _("地址"), "text": place},
        *of_endorsements,
    ]
