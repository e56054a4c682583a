"""What the task list shows: sections with their state, what is asked for and its price, what comes next."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from applications import answers, facts, materials, pages
from applications.eligibility import Want, item_of
from applications.facts import Known
from applications.models import Submission
from applications.pages import Correction, Standing, Survey
from documents import catalog
from documents.services import fees
from portal.common import clock
from portal.common.masking import mask_name, mask_phone
from portal.common.phrases import remark
from portal.common.templatetags.portal import full_day
from portal.common.unmet import Unmet

_TAGS: Mapping[Standing, tuple[str, str]] = {
    Standing.OPEN: ("act", ""),
    Standing.MEND: ("warn", ""),
    Standing.WAITING: ("plain", "clock"),
    Standing.HUMAN: ("ok", "check"),
    Standing.DONE: ("ok", "check"),
}
DRAWINGS = {catalog.PASSPORT: "passport", catalog.HKM_PERMIT: "hkm", catalog.TWN_PERMIT: "twn"}


def _word(standing: Standing) -> str:
    return {
        Standing.OPEN: _("未开始"),
        Standing.MEND: _("要修改"),
        Standing.WAITING: _("正在检查"),
        Standing.HUMAN: _("请人看，可以先提交"),
        Standing.DONE: _("已完成"),
    }[standing]


def of_draft(submission: Submission) -> dict[str, object]:
    """Return the context of a draft's task list."""
    shots = pages.gather_shots(submission)
    surveyed = pages.survey(submission, shots)
    done = sum(item.is_done for item in surveyed)
    groups: list[dict[str, object]] = []
    for item in surveyed:
        if not groups or groups[-1]["title"] != item.page.group:
            groups.append({"title": item.page.group, "tasks": [], "prefix": f"group{len(groups)}"})
        groups[-1]["tasks"].append(_task(submission, item, shots))  # type: ignore[attr-defined]
    person = submission.beneficiary
    proved = {
        "title": _("身份核验"),
        "href": reverse("accounts:identity"),
        "hint": _("%(name)s，已通过核验") % {"name": mask_name(person.name)},
        "tag": _("已完成"),
        "tag_kind": "ok",
        "tag_icon": "check",
    }
    groups[0]["tasks"].insert(0, proved)  # type: ignore[attr-defined]
    next_one = next((item.page for item in surveyed if not item.is_done and item.standing != Standing.WAITING), None)
    ready = done == len(surveyed)
    if not submission.answers.get(pages.URGENCY.key):
        groups[-1]["tasks"].append(_urgency(submission))  # type: ignore[attr-defined]
    groups[-1]["tasks"].append(_last(submission, is_ready=ready))  # type: ignore[attr-defined]
    return {
        "submission": submission,
        "groups": groups,
        "done": done,
        "pages_count": len(surveyed),
        "next": next_one,
        "is_ready": ready,
        **asked_for(submission),
    }


def _task(submission: Submission, item: Survey, shots: pages.Shots) -> dict[str, object]:
    kind, icon = _TAGS[item.standing]
    return {
        "title": item.page.title,
        "hint": _hint(submission, item, shots),
        "href": reverse("applications:page", args=[submission.pk, item.page.slug]),
        "tag": _word(item.standing),
        "tag_kind": kind,
        "tag_icon": icon,
    }


def _urgency(submission: Submission) -> dict[str, object]:
    href = reverse("applications:page", args=[submission.pk, pages.URGENCY.slug])
    hint = _("临近出行、病危、入学等急事，可以申请先办")
    return {"title": pages.URGENCY.title, "hint": hint, "href": href, "tag": _("可以不填"), "tag_kind": "plain"}


def _last(submission: Submission, *, is_ready: bool) -> dict[str, object]:
    if is_ready:
        href = reverse("applications:check", args=[submission.pk])
        return {"title": _("核对并提交"), "href": href, "tag": _("可以提交"), "tag_kind": "act"}
    return {"title": _("核对并提交"), "hint": _("前面都完成后就能提交"), "tag": _("还不能开始"), "tag_kind": "plain"}


def _hint(submission: Submission, item: Survey, shots: pages.Shots) -> str:
    told, slug = submission.answers, item.page.slug
    if slug in pages.PICTURES:
        return _picture_hint(slug, len(shots[pages.PICTURES[slug]]))
    if item.standing == Standing.MEND and item.unmet:
        return str(item.unmet[0].text)
    if slug == "documents":
        kinds = [str(catalog.kind(kind).name) for kind in told.get("requests", {}) if kind in catalog.FORM_KINDS]
        places = [
            catalog.DESTINATIONS[place] for place in told.get("endorsements", {}) if place in catalog.DESTINATIONS
        ]
        return _("、").join([*kinds, *(_("%(place)s签注") % {"place": place} for place in places)])
    if item.page.destination:
        return _endorsement_hint(item, told["endorsements"][item.page.destination])
    if item.page.kind:
        reason = told["requests"][item.page.kind].get("reason", "")
        return catalog.reason(reason).label if reason in catalog.REASONS else ""
    urgent = catalog.URGENCIES.get(told.get("urgency", {}).get("reason", ""))
    return {
        "urgency": str(urgent.name) if urgent else "",
        "personal": _("登记信息已带出，只问登记里没有的"),
        "contact": mask_phone(told.get("contact", {}).get("phone", "")),
        "delivery": _("快递到家，或者到窗口自取"),
        materials.PAGE: _("登记系统能核验的不用交"),
    }.get(slug, "")


def _endorsement_hint(item: Survey, said: Mapping[str, str]) -> str:
    if not item.is_done:
        return ""
    if item.page.slug.startswith(pages.OPTION):
        return catalog.option(said["option"]).label
    return catalog.type_name(item.page.destination, said["letter"])


def _picture_hint(slug: str, count: int) -> str:
    if count:
        return _("已上传 %(count)s 张") % {"count": count}
    return _("白色背景，上传后马上检查") if slug == "photo" else _("用黑色笔写在白纸上，拍下来")


def asked_for(submission: Submission) -> dict[str, object]:
    """Return what the form asks for with prices: `asked` for the list, `items` for the table, `total` in fen."""
    wanted = [want for want in facts.wants(submission.answers) if _is_whole(want)]
    items_of = {want: item_of(want) for want in wanted}
    prices = fees(set(items_of.values()), accepted_on=clock.today()) if wanted else {}
    asked, items = [], []
    for want, item in items_of.items():
        kind, title, note, count = catalog.kind(want.kind), *_worded(want)
        amount = prices[item]
        asked.append({"drawing": DRAWINGS[kind.code], "title": title, "lines": [note], "amount": amount})
        items.append({"title": title, "note": note, "count": count, "amount": amount})
    return {"asked": asked, "items": items, "total": sum(prices[item] for item in items_of.values())}


def _is_whole(want: Want) -> bool:
    """Tell whether a request says enough to have a price."""
    if not want.is_endorsement:
        return want.kind in catalog.FORM_KINDS and want.reason in catalog.REASONS
    return not answers.endorsement_unmet(want.destination, {"letter": want.letter, "option": want.option})


def _worded(want: Want) -> tuple[str, str, str]:
    """Return title, note and count of a request."""
    if want.is_endorsement:
        title = _("%(place)s签注") % {"place": catalog.DESTINATIONS[want.destination]}
        note = f"{catalog.type_name(want.destination, want.letter)} {catalog.option(want.option).label}"
        return title, note, _("1 个")
    kind = catalog.kind(want.kind)
    count = _("1 本") if kind.form is catalog.Form.BOOKLET else _("1 张")
    return kind.label, catalog.category(want.asked).label, count


def of_returned(submission: Submission, returned: Sequence[Correction], problems: Sequence[Unmet]) -> dict[str, object]:
    """Return the context of a returned form: what an officer asked to mend, until when, and what is still missing."""
    ordered: dict[str, dict[str, object]] = {}
    surveyed = {item.page.slug: item for item in pages.survey(submission, pages.gather_shots(submission))}
    for correction in returned:
        for page in correction.pages:
            item = surveyed[page.slug]
            ordered[page.slug] = {
                "title": page.title,
                "hint": remark(correction.ground.text, correction.ground.remedy),
                "href": reverse("applications:page", args=[submission.pk, page.slug]),
                "tag": _("去修改") if item.is_done else _word(item.standing),
                "tag_kind": "act",
            }
    deadlines = [row.application.correct_by for row in returned if row.application.correct_by]
    return {
        "submission": submission,
        "tasks": list(ordered.values()),
        "by": min(deadlines) if deadlines else None,
        "problems": linked(submission, problems),
    }


def linked(submission: Submission, problems: Sequence[Unmet], *, back: str = "") -> list[dict[str, object]]:
    """Return unmet rules for the error summary, each with the page where it can be mended."""
    lines: list[dict[str, object]] = []
    for problem in problems:
        slug = pages.slug_of_field(problem.field)
        href = ""
        if slug and pages.find(submission, slug):
            href = reverse("applications:page", args=[submission.pk, slug]) + back
        lines.append({"text": problem.text, "remedy": problem.remedy, "href": href})
    return lines


def register_rows(known: Known, number: str) -> list[dict[str, object]]:
    """Return what the register says, for the applicant's own eyes; the number comes masked."""
    record = known.record
    sex = {"M": _("男"), "F": _("女")}.get(str(record.sex), "")
    return [
        {"term": _("姓名"), "text": record.name},
        {"term": _("公民身份号码"), "text": number, "is_number": True},
        {"term": _("性别、民族"), "text": _("%(sex)s，%(ethnic)s") % {"sex": sex, "ethnic": record.ethnic_group}},
        {
            "term": _("出生日期、出生地"),
            "text": _("%(day)s，%(place)s") % {"day": full_day(record.born), "place": record.birthplace},
        },
        {"term": _("户口所在地"), "text": record.hukou_address},
    ]
