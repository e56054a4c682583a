"""The one-trip sheet as a PDF in large print; the Song typeface is one that every reader of PDF files brings along."""

from io import BytesIO
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from portal.appointments.sheets import Content

# One of Adobe's Asian fonts: named in the file, not carried in it, so that nothing has to be fetched.
FONT = "STSong-Light"
INK, SOFT = HexColor("#12233d"), HexColor("#4a5568")


def render(sheet: Content) -> bytes:
    """Return a sheet as an A4 document."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=sheet.title,
        author="",
        invariant=1,
    )
    document.build(_story(sheet))
    return out.getvalue()


def _story(sheet: Content) -> list[Flowable]:
    story: list[Flowable] = [Paragraph(escape(sheet.title), _style(26))]
    for section in sheet.sections:
        story += [Spacer(1, 5 * mm), Paragraph(escape(section.title), _style(19)), Spacer(1, 1 * mm)]
        for line in section.lines:
            mark = "□ " if section.is_ticked else ""
            story.append(Paragraph(mark + escape(line.text), _style(16)))
            if line.note:
                story.append(Paragraph(escape(line.note), _style(12, soft=True)))
    story += [
        Spacer(1, 8 * mm),
        Paragraph(escape(_("开源软件演示，不是官方网站。有疑问请拨打 12367。")), _style(12, soft=True)),
    ]
    return story


def _style(size: int, *, soft: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}{soft}",
        fontName=FONT,
        fontSize=size,
        leading=size * 1.5,
        textColor=SOFT if soft else INK,
        alignment=TA_LEFT,
        wordWrap="CJK",
    )
