"""Papers on the desk: what each is proven by, its files, and which an official may open."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from applications import services
from applications.models import Application
from applications.services import Paper, PaperStanding


@dataclass(frozen=True)
class File:
    """One file as it is listed: `is_open` where the official may open it, `note` why nobody may."""

    pk: UUID
    name: str
    size: int
    note: str
    is_open: bool


@dataclass(frozen=True)
class Line:
    """One paper of a case: its name, what it is proven by or what is the matter with it, and its files."""

    title: str
    text: str
    is_warning: bool
    files: tuple[File, ...]


def lines(row: Application, *, holds: bool) -> list[Line]:
    """Return the papers of a case; a register's entries and the names of files only to whoever holds it."""
    return [_line(paper, holds=holds) for paper in services.papers_of(row)]


def _line(paper: Paper, *, holds: bool) -> Line:
    text = {
        PaperStanding.VERIFIED: _("登记系统已经核验"),
        PaperStanding.SEEN: _("窗口看过原件"),
        PaperStanding.SILENT: _("登记系统没有应答，通过前会再问一次"),
        PaperStanding.OPEN: _("没有上传"),
        PaperStanding.WAITING: _("文件正在检查"),
        PaperStanding.REFUSED: _("文件没有通过检查"),
        PaperStanding.QUARANTINED: _("文件还没能检查，不能打开；可以等，也可以退回"),
        PaperStanding.UPLOADED: _("已上传，请打开看"),
    }[paper.standing]
    if holds and paper.entry:
        text = _("%(text)s：%(entry)s") % {"text": text, "entry": paper.entry}
    files = [
        File(file.pk, file.name if holds else "", file.size, _note(file.status), holds and file.is_clean)
        for file in paper.files
    ]
    settled = (PaperStanding.VERIFIED, PaperStanding.SEEN, PaperStanding.UPLOADED)
    return Line(paper.material.label, text, paper.standing not in settled, tuple(files))


def _note(status: str) -> str:
    return {
        "waiting": _("正在检查"),
        "quarantined": _("隔离中，不能打开"),
        "refused": _("没有通过检查，已删除"),
    }.get(status, "")
