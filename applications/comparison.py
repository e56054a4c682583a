"""The case side by side: what is asked for, what the population register says, what the document before says."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.facts import Known
from applications.models import Application
from documents import catalog
from documents.models import IssuedDocument
from portal.accounts.divisions import city_of, name_of
from portal.common import clock
from portal.common.masking import mask_citizen_number, mask_document_number, mask_name
from portal.common.phrases import pair

SAME, JUDGE, CHANGED, TOLD = "same", "judge", "changed", "told"

Parts = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Line:
    """One row of the comparison; each cell is its text in parts, marked where characters differ.

    `verdict`: SAME; JUDGE, a difference an officer has to weigh; CHANGED, a difference that explains itself; TOLD,
    where there is nothing to compare.
    """

    name: str
    label: str
    asked: Parts
    register: Parts
    earlier: Parts
    verdict: str

    @property
    def differs(self) -> bool:
        """Whether the row is coloured."""
        return self.verdict in (JUDGE, CHANGED)

    @property
    def needs_judgement(self) -> bool:
        """Whether an officer has to weigh it before approving."""
        return self.verdict == JUDGE


@dataclass(frozen=True)
class _Raw:
    """Values as they are compared; "" where a side says nothing. `hide` turns one into what the screen shows."""

    name: str
    label: str
    asked: str = ""
    register: str = ""
    earlier: str = ""
    difference: str = JUDGE
    hide: str = ""


def compare(
    application: Application, known: Known | None, *, shows_names: bool, shows_numbers: bool = False
) -> list[Line]:
    """Return the rows of the comparison; `known` is None when the register was not or could not be asked.

    Without `shows_names` name, birth and address are masked; numbers are masked unless `shows_numbers`.
    """
    hidden = set() if shows_names else {"name", "born", "address"}
    if not shows_numbers:
        hidden |= {"citizen_number", "document_number"}
    return [_line(raw, hidden) for raw in _raws(application, known)]


def _line(raw: _Raw, hidden: set[str]) -> Line:
    said = [value for value in (raw.asked, raw.register, raw.earlier) if value]
    verdict = TOLD if len(said) < 2 else SAME if len(set(said)) == 1 else raw.difference  # noqa: PLR2004 - two sides
    if raw.hide in hidden:
        cells = [_whole(_masked(value, raw.hide)) for value in (raw.asked, raw.register, raw.earlier)]
    elif verdict in (JUDGE, CHANGED):
        cells = _marked(raw.asked, raw.register, raw.earlier)
    else:
        cells = [_whole(value) for value in (raw.asked, raw.register, raw.earlier)]
    return Line(raw.name, raw.label, cells[0], cells[1], cells[2], verdict)


def _masked(value: str, kind: str) -> str:
    masks = {"citizen_number": mask_citizen_number, "document_number": mask_document_number}
    return masks.get(kind, mask_name)(value)


def _whole(value: str) -> Parts:
    return ((value, False),) if value else ()


def _marked(*values: str) -> list[Parts]:
    """Mark, in each value, the characters in which it differs from the first one that says something else."""
    marked = []
    for value in values:
        other = next((one for one in values if one and one != value), "")
        marked.append(tuple(_parts(value, other)) if value else ())
    return marked


def _parts(value: str, other: str) -> Iterator[tuple[str, bool]]:
    for kind, start, end, _from, _to in SequenceMatcher(None, value, other, autojunk=False).get_opcodes():
        if end > start:
            yield value[start:end], kind != "equal"


def _raws(application: Application, known: Known | None) -> Iterator[_Raw]:
    record = known.record if known else None
    person, told = application.person, application.submission.answers
    old = application.old_document
    yield _Raw("name", _("姓名"), person.name, record.name if record else "", hide="name")
    spelled = told.get("name", {})
    yield _Raw(
        "spelling",
        _("拼音"),
        _spelling(spelled.get("surname", ""), spelled.get("given", "")),
        earlier=_spelling(old.surname, old.given) if old else "",
        hide="name",
    )
    sexes = {"M": _("男"), "F": _("女")}
    yield _Raw("sex", _("性别"), sexes.get(person.sex, ""), sexes.get(str(record.sex), "") if record else "")
    yield _Raw("born", _("出生日期"), person.born, record.born.isoformat() if record else "", hide="born")
    if record:
        yield _Raw("origin", _("民族、出生地"), register=pair(record.ethnic_group, record.birthplace))
    yield _Raw(
        "citizen_number",
        _("公民身份号码"),
        person.citizen_number,
        record.citizen_number if record else "",
        hide="citizen_number",
    )
    yield _Raw(
        "household",
        _("户口所在市"),
        _city(person.hukou_code),
        _city(record.hukou_code) if record else "",
        difference=CHANGED,
    )
    yield _Raw(
        "address",
        _("现住址、户口地址"),
        told.get("personal", {}).get("address", ""),
        record.hukou_address if record else "",
        difference=TOLD,
        hide="address",
    )
    yield from _document(application, known, old)
    yield from _standing(application, known)


def _document(application: Application, known: Known | None, old: IssuedDocument | None) -> Iterator[_Raw]:
    if application.is_endorsement:
        yield _Raw("request", _("申请事项"), application.label)
        return
    record, held = known.record if known else None, None
    if record and old:
        held = next((one for one in record.holds if one.number == old.number), None)
        missing = _("没有这本证件")
        yield _Raw(
            "document_number",
            _("旧证号码"),
            register=held.number if held else missing,
            earlier=old.number,
            hide="document_number" if held else "",
        )
    elif old:
        yield _Raw("document_number", _("旧证号码"), earlier=old.number, hide="document_number")
    if old:
        until = held.expires_on.isoformat() if held else ""
        yield _Raw("expires_on", _("旧证有效期至"), register=until, earlier=old.expires_on.isoformat())
    yield _Raw(
        "reason",
        _("申请原因"),
        catalog.reason(application.reason).label,
        earlier=_validity_left(old, application) if old else "",
        difference=TOLD,
    )


def _standing(application: Application, known: Known | None) -> Iterator[_Raw]:
    record = known.record if known else None
    classes = {"other": _("其他"), "state_employee": _("国家工作人员"), "military": _("现役军人")}
    stated = application.submission.answers.get("personal", {}).get("identity", "")
    on_file = ""
    if record:
        on_file = classes["military" if record.military else "state_employee" if record.state_employee else "other"]
    yield _Raw("identity", _("身份类别"), classes.get(stated, ""), on_file)
    if record:
        yield _Raw("fingerprints", _("指纹"), register=_("已留存") if record.fingerprints_on_file else _("没有留存"))
        yield _Raw("place", _("出入境状态"), register=_("人在内地") if record.in_mainland else _("人不在内地"))


def _spelling(surname: str, given: str) -> str:
    return " / ".join(part for part in (surname, given) if part)


def _city(code: str) -> str:
    return (name_of(city_of(code)) or code) if code else ""


def _validity_left(old: IssuedDocument, application: Application) -> str:
    days = (old.expires_on - clock.local_day(application.filed_at)).days
    if days < 0:
        return _("提交时已过期")
    return ngettext("提交时还有 %(days)s 天", "提交时还有 %(days)s 天", days) % {"days": days}
