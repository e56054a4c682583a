"""What templates draw and say: icons, drawings, money, days, and the markup of forms."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory

from portal.common.forms import CheckboxRows, PortalForm, RadioRows, SplitDateField
from portal.common.templatetags import portal
from portal.common.unmet import Unmet

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fixed_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def draw(source: str, **context: object) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "said"), [(0, "0 元"), (12000, "120 元"), (1550, "15.50 元"), (5, "0.05 元"), (1234500, "12,345 元")]
)
def test_fen_are_said_as_money(amount: int, said: str) -> None:
    assert portal.fen(amount) == said


def test_a_column_of_sums_has_two_places() -> None:
    assert [portal.yuan(amount) for amount in (12000, 5, 28550)] == ["120.00", "0.05", "285.50"]


def test_a_day_shows_its_year_only_when_it_is_another_one() -> None:
    assert portal.day(date(2026, 11, 20)) == "11月20日（周五）"
    assert portal.day(date(2027, 3, 2)) == "2027年3月2日（周二）"
    assert portal.full_day(date(2026, 11, 20)) == "2026年11月20日"


def test_a_moment_is_shown_in_local_time() -> None:
    late = datetime(2026, 11, 19, 18, 5, tzinfo=UTC)
    assert portal.moment(late) == "11月20日（周五）02:05"
    assert portal.stamp(late) == "11月20日 02:05"


def test_midnight_ends_the_day_before() -> None:
    term = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    assert portal.deadline(term) == "11月20日（周五）24:00"
    assert portal.days_left(term) == "还有 4 天"
    assert portal.deadline(date(2026, 11, 20)) == "11月20日（周五）"


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 20), "还有 4 天"),
        (date(2026, 11, 16), "今天到期"),
        (date(2026, 11, 13), "已过 3 天"),
        (None, ""),
    ],
)
def test_days_left_are_counted_from_today(on: date | None, said: str) -> None:
    assert portal.days_left(on) == said


def test_an_icon_is_hidden_beside_a_word_and_named_alone() -> None:
    beside, alone = draw('{% icon "check" %}'), draw('{% icon "check" label %}', label='a"b')
    assert 'aria-hidden="true"' in beside
    assert 'role="img" aria-label="a&quot;b"' in alone
    assert "style=" not in beside


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(portal.UnknownDrawingError, match="nothing-like-it"):
        draw('{% icon "nothing-like-it" %}')


def test_every_icon_named_in_a_template_is_built() -> None:
    built = json.loads((ROOT / "static/src/icons.json").read_text("utf-8"))
    named = {
        name
        for file in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{%\s*icon\s+"([^"]+)"', file.read_text("utf-8"))
    }
    assert named
    assert named <= set(built)


@pytest.mark.parametrize("kind", portal.DRAWINGS)
@pytest.mark.parametrize("small", [True, False])
def test_drawings_have_no_styles_and_escape_what_is_printed(kind: str, small: Any) -> None:
    svg = portal.drawing(kind, small=small, number="<b>", until="2031.05.18")
    assert svg.startswith("<svg")
    assert "style=" not in svg
    assert "<b>" not in svg


def test_documents_can_be_drawn_many_times_without_double_ids() -> None:
    page = draw('{% drawing "hkm" %}{% drawing "hkm" small=True %}{% drawing "twn" %}{% drawing "passport" %}')
    assert "id=" not in page


def test_the_ring_turns_amber_under_six_months() -> None:
    soon = draw("{% ring issued expires %}", issued=date(2017, 3, 3), expires=date(2027, 3, 2))
    later = draw("{% ring issued expires %}", issued=date(2021, 5, 19), expires=date(2031, 5, 18))
    over = draw("{% ring issued expires %}", issued=date(2006, 1, 1), expires=date(2016, 1, 1))
    assert "p-ring--warn" in soon
    assert "还有 106 天到期" in soon
    assert "p-ring--warn" not in later
    assert "还有 4.5 年到期" in later
    assert "已过期" in over
    assert 'stroke-dasharray="0.0 251.3"' in over


def test_six_months_from_the_end_of_august_is_the_end_of_february() -> None:
    assert portal._months_on(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert portal._months_on(date(2026, 6, 30), 6) == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("bounds", "is_bad"), [((2.1, 3, 5), True), ((4, 3, 5), False), ((28, "", 12), True), ((96, 60, ""), False)]
)
def test_the_gauge_says_what_it_shows(bounds: tuple[Any, ...], is_bad: Any) -> None:
    shown = portal.gauge(*bounds)
    assert shown["is_bad"] is is_bad
    assert 0 <= float(shown["at"]) <= 400
    assert str(bounds[0]) in shown["label"]


class Trip(PortalForm):
    label_is_heading = "reason"
    names = {"reason": "换护照的原因"}
    reason = forms.ChoiceField(
        label="您为什么要换护照？",
        choices=[("a", "快到期了"), ("b", "丢了")],
        widget=RadioRows(hints={"b": "旧护照马上作废"}),
    )
    name = forms.CharField(label="姓名", max_length=5)
    mail = forms.EmailField(label="邮箱", required=False, help_text="收结果用")
    born = SplitDateField(label="出生日期", latest=lambda: date(2026, 11, 16))
    wanted = forms.MultipleChoiceField(
        label="证件", choices=[("p", "护照")], widget=CheckboxRows(hints={"p": "120 元"})
    )
    scan = forms.FileField(label="身份证照片")
    agreed = forms.BooleanField(label="我填写的内容真实。")
    note = forms.CharField(label="说明", required=False, error_messages={"max_length": "太长"}, max_length=2)


def filled(**changes: object) -> Trip:
    data: dict[str, object] = {
        "reason": "a",
        "name": "李晓明",
        "mail": "",
        "born_year": "1988",
        "born_month": "4",
        "born_day": "12",
    }
    data |= {"wanted": ["p"], "agreed": "on", "note": ""} | changes
    return Trip(data, {"scan": SimpleUploadedFile("a.jpg", b"x")})


def test_a_filled_form_is_valid() -> None:
    form = filled()
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born"] == date(1988, 4, 12)


def test_every_empty_field_names_itself() -> None:
    form = Trip({}, {})
    assert dict(form.error_links()) == {
        "id_reason_0": "请选择换护照的原因",
        "id_name": "请填写姓名",
        "id_born_0": "请填写出生日期",
        "id_wanted_0": "请选择证件",
        "id_scan": "请选择要上传的身份证照片",
        "id_agreed": "请先打勾：我填写的内容真实。",
    }


def test_errors_give_limit_and_remedy_and_keep_what_was_typed() -> None:
    form = filled(name="欧阳很长的名字", mail="x", note="三个字")
    texts = dict(form.error_links())
    assert texts["id_name"] == "姓名最多 5 个字，您填了 7 个，请删短"
    assert texts["id_mail"] == "邮箱不完整，请按 name@example.com 的样子填写"
    assert texts["id_note"] == "太长"
    assert 'value="欧阳很长的名字"' in str(form)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("1988", "2", "30"), "日历上没有 1988年2月30日，请核对月份和日子"),
        (("1988", "", ""), "日期还缺：月、日，请补上"),
        (("88", "4", "12"), "年份要写 4 位数字，例如 1988"),
        (("1988", "四", "12"), "日期请只用数字填写，例如 1988 年 4 月 12 日"),
        (("2026", "11", "17"), "日期不能晚于 2026-11-16，请核对年份"),
        (("0000", "1", "1"), "日历上没有 0000年1月1日，请核对月份和日子"),
    ],
)
def test_a_wrong_date_says_what_to_mend(parts: tuple[str, str, str], said: str) -> None:
    form = filled(born_year=parts[0], born_month=parts[1], born_day=parts[2])
    assert dict(form.error_links()) == {"id_born_0": said}
    assert f'value="{parts[0]}"' in str(form["born"])


def test_full_width_digits_are_a_date() -> None:
    assert filled(born_year="１９８８", born_month="０４", born_day="１２").is_valid()


def test_unmet_rules_stand_at_their_field_or_above_all() -> None:
    form = filled()
    form.refuse([Unmet("x1", "姓名和登记的不同。", remedy="请核对。", field="name"), Unmet("x2", "今天办不了。")])
    assert form.error_links() == [("", "今天办不了。"), ("id_name", "姓名和登记的不同。请核对。")]


class Markup(HTMLParser):
    """Collects ids and references, so that a reference into nothing is found."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if given.get("id"):
            self.ids.append(given["id"])
        self.references += (given.get("aria-describedby") or "").split()
        self.references += [given["for"]] if given.get("for") else []
        self.references += [given["href"][1:]] if (given.get("href") or "").startswith("#") else []


def read(html: str) -> Markup:
    markup = Markup()
    markup.feed(html)
    return markup


@pytest.mark.parametrize("form", [Trip(), Trip({}, {}), filled(name="")])
def test_labels_hints_errors_and_summary_point_at_what_exists(form: Trip) -> None:
    page = str(form) + (get_template("components/errors.html").render({"form": form}) if form.errors else "")
    markup = read(page)
    assert set(markup.references) <= set(markup.ids)
    assert len(markup.ids) == len(set(markup.ids))
    assert [tag for tag, _ in markup.tags].count("h1") == 1
    assert not [given for _, given in markup.tags if "style" in given or "onclick" in given]
    controls = [given for tag, given in markup.tags if tag in {"input", "textarea", "select"}]
    assert all("govuk-" in (given.get("class") or "") for given in controls)


def test_an_error_is_read_out_with_its_field() -> None:
    markup = read(str(filled(name="")))
    name = next(given for tag, given in markup.tags if tag == "input" and given.get("name") == "name")
    assert name["aria-describedby"] == "id_name_error"
    assert name["aria-invalid"] == "true"
    assert name["class"] == "govuk-input govuk-input--error"


def test_what_a_person_types_is_escaped() -> None:
    page = str(filled(name="<script>alert(1)</script>"))
    assert "<script>" not in page


@pytest.mark.parametrize("code", ["400", "403", "404", "405", "429", "500", "503"])
def test_error_pages_stand_without_a_request(code: str) -> None:
    page = get_template(f"errors/{code}.html").render({})
    assert page.count("<h1>") == 1
    assert "不是政府官方网站" in page
    assert "style=" not in page


def test_a_title_with_errors_says_so_first() -> None:
    request = RequestFactory().get("/")
    page = get_template("base.html").render({"form": Trip({}, {})}, request)
    assert "<title>错误：" in page
    assert page.index("govuk-error-summary") < page.index("</main>")


def test_nothing_is_inline() -> None:
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text), file
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), file
