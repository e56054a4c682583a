"""Every row of the reference on cities, documents, categories, fees and terms is in the catalogue, under its own name.

The rows are transcribed by hand; a test's id names section and row.
"""

import json
from datetime import date
from typing import Any

import pytest

from documents import catalog
from documents.catalog.postage import free_postage
from documents.services import chinese_name

SINCE_2024_05_06 = (
    "110000 北京市,120000 天津市,210100 沈阳市,230100 哈尔滨市,310000 上海市,320100 南京市,330100 杭州市,330200 宁波市,"
    "340100 合肥市,350200 厦门市,370100 济南市,370200 青岛市,410100 郑州市,440100 广州市,440300 深圳市,440400 珠海市,"
    "500000 重庆市,510100 成都市,530100 昆明市,610100 西安市"
)
SINCE_2025_11_20 = (
    "130100 石家庄市,140100 太原市,150100 呼和浩特市,210200 大连市,220100 长春市,320200 无锡市,320300 徐州市,"
    "320400 常州市,320500 苏州市,420100 武汉市,450100 南宁市"
)
CITIES = [
    (section, *row.split(), since)
    for section, rows, since in (("1.2", SINCE_2024_05_06, "2024-05-06"), ("1.3", SINCE_2025_11_20, "2025-11-20"))
    for row in rows.split(",")
]


def rows_of(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((catalog.DATA / name).read_text(encoding="utf-8"))
    return rows


@pytest.mark.parametrize(
    ("code", "name", "since"), [row[1:] for row in CITIES], ids=[f"{row[0]} {row[2]}" for row in CITIES]
)
def test_a_pilot_city(code: str, name: str, since: str) -> None:
    found = [row for row in rows_of("scope.json") if code in row["cities"]]
    assert [(row["effective_from"], row["channel"], row["confidence"]) for row in found] == [(since, "online", "H")]
    assert chinese_name(code) == name
    assert found[0]["source"]


def test_1_3_nothing_is_seeded_that_nobody_has_read() -> None:
    seeded = [code for row in rows_of("scope.json") if row["channel"] == "online" for code in row["cities"]]
    assert sorted(seeded) == sorted(row[1] for row in CITIES)
    assert len(CITIES) == 20 + 11


# Code, name, made as, and validity: age from, below, years, months.
DOCUMENTS = [
    ("PASSPORT", "普通护照", "booklet", [(0, 16, 5, 0), (16, None, 10, 0)]),
    ("HKM_PERMIT", "往来港澳通行证", "card", [(0, 16, 5, 0), (16, None, 10, 0)]),
    ("TWN_PERMIT", "往来台湾通行证", "card", [(0, 16, 5, 0), (16, None, 10, 0)]),
    ("TWN_PERMIT_ONCE", "一次有效往来台湾通行证", "paper", [(0, None, 0, 3)]),
    ("EXIT_ENTRY_PERMIT", "出入境通行证", "paper", [(0, None, 0, 3), (0, None, 1, 0)]),
    ("HRP", "港澳居民来往内地通行证", "card", [(0, 18, 5, 0), (18, None, 10, 0)]),
    ("HRP_NC", "港澳居民来往内地通行证（非中国籍）", "card", [(0, None, 5, 0)]),
    ("TBZ", "台湾居民来往大陆通行证", "card", [(0, None, 0, 3), (0, None, 5, 0)]),
]


@pytest.mark.parametrize(("code", "name", "form", "validity"), DOCUMENTS, ids=[f"2.1 {row[0]}" for row in DOCUMENTS])
def test_a_document(code: str, name: str, form: str, validity: list[tuple[int, int | None, int, int]]) -> None:
    kind = catalog.kind(code)
    assert (str(kind.name), kind.form) == (name, form)
    assert [(row.age_from, row.age_below, row.years, row.months) for row in kind.validity] == validity
    assert kind.ground.source
    assert all(row.ground.source for row in kind.validity)


def test_2_1_there_are_no_other_documents() -> None:
    assert list(catalog.KINDS) == [row[0] for row in DOCUMENTS]


PILOT_KINDS = ("PASSPORT", "HKM_PERMIT", "TWN_PERMIT")
# Category, kind, and the reasons for it: taken online, and at a window only.
CATEGORIES = [
    ("first", "首次申领", "PASSPORT", (), ("first",)),
    ("lapsed", "失效重新申领", "PASSPORT", (), ("lapsed",)),
    (
        "replace",
        "换发",
        "PASSPORT",
        ("expiring", "pages_used"),
        ("identity_changed", "face_changed", "too_short_for_destination", "fingerprints_possible", "other_approved"),
    ),
    (
        "replace",
        "换发",
        "HKM_PERMIT",
        ("expiring",),
        ("identity_changed", "shorter_than_endorsement", "gate_data", "old_booklet"),
    ),
    ("reissue", "补发", "PASSPORT", ("damaged", "lost", "stolen"), ()),
    ("reissue", "补发", "HKM_PERMIT", ("damaged", "lost", "stolen"), ()),
    ("reissue", "补发", "TWN_PERMIT", ("damaged", "lost", "stolen"), ()),
    (
        "annotate",
        "加注",
        "PASSPORT",
        (),
        ("former_name", "traditional_characters", "other_spelling", "face_annotation", "earlier_passport"),
    ),
    ("endorse", "签注", "HKM_PERMIT", (), ()),
]


@pytest.mark.parametrize(
    ("category", "name", "kind", "online", "window"), CATEGORIES, ids=[f"2.2 {row[1]} {row[2]}" for row in CATEGORIES]
)
def test_a_category(category: str, name: str, kind: str, online: tuple[str, ...], window: tuple[str, ...]) -> None:
    found = catalog.category(category)
    reasons = [row for row in catalog.REASONS.values() if row.category == category and kind in row.kinds]
    assert str(found.name) == name
    assert {row.code for row in reasons if row.is_online} == set(online)
    assert {row.code for row in reasons if not row.is_online} == set(window)
    assert found.ground.source
    assert all(row.ground.source for row in reasons)


N914, N1186, N1931, N22 = "914号", "1186号", "1931号", "2021 年第 22 号"
# Item, fee in CNY, first day, first day no longer, basis.
FEES = [
    ("PASSPORT", 120, "2019-07-01", None, N914),
    ("PASSPORT_ANNOTATION", 0, "2021-06-09", None, N22),
    ("HKM_PERMIT", 60, "2019-07-01", None, N914),
    ("HKM_ENDORSEMENT_1", 15, "2017-07-01", None, N1186),
    ("HKM_ENDORSEMENT_2", 30, "2017-07-01", None, N1186),
    ("HKM_ENDORSEMENT_M_1Y", 80, "2017-07-01", None, N1186),
    ("HKM_ENDORSEMENT_M_2Y", 120, "2017-07-01", None, N1186),
    ("HKM_ENDORSEMENT_M_UNDER_3Y", 160, "2017-07-01", None, N1186),
    ("HKM_ENDORSEMENT_M_3Y_AND_OVER", 240, "2017-07-01", None, N1186),
    ("TWN_PERMIT", 80, "2017-07-01", "2020-01-01", N1186),
    ("TWN_PERMIT", 60, "2020-01-01", None, N1931),
    ("TWN_PERMIT_ONCE", 15, "2017-07-01", None, N1186),
    ("TWN_ENDORSEMENT_1", 15, "2017-07-01", None, N1186),
    ("TWN_ENDORSEMENT_M", 80, "2017-07-01", None, N1186),
    ("EXIT_ENTRY_PERMIT_1", 15, "2017-07-01", None, N1186),
    ("EXIT_ENTRY_PERMIT_M", 80, "2017-07-01", None, N1186),
    ("TBZ", 200, "2020-01-01", None, N1931),
    ("TBZ_REISSUE", 500, "2017-07-01", "2020-01-01", N1931),
    ("TBZ_REISSUE", 200, "2020-01-01", None, N1931),
    ("TBZ_1", 40, "2017-07-01", None, N1186),
]


@pytest.mark.parametrize(
    ("item", "fee", "since", "until", "basis"), FEES, ids=[f"4 {row[0]} since {row[2]}" for row in FEES]
)
def test_a_fee(item: str, fee: int, since: str, until: str | None, basis: str) -> None:
    found = [row for row in rows_of("tariff.json") if (row["item"], row["effective_from"]) == (item, since)]
    assert [(row["fen"], row["effective_to"]) for row in found] == [(fee * 100, until)]
    assert basis in found[0]["basis"]
    # What is in force is sure; of an earlier price only its end is.
    assert found[0]["confidence"] == ("M" if until else "H")


def test_4_nothing_else_has_a_price() -> None:
    """Express costs nothing more, courier is paid on delivery, and no source names a home return permit's fee."""
    assert len(rows_of("tariff.json")) == len(FEES)
    assert not catalog.kind("HRP").tariff
    assert not catalog.kind("HRP_NC").tariff


@pytest.mark.parametrize(
    ("kind", "category", "use", "item"),
    [
        *((kind, category, "", kind) for kind in PILOT_KINDS for category in ("first", "replace", "reissue")),
        ("PASSPORT", "annotate", "", "PASSPORT_ANNOTATION"),
        ("TWN_PERMIT_ONCE", "first", "", "TWN_PERMIT_ONCE"),
        ("EXIT_ENTRY_PERMIT", "first", "1", "EXIT_ENTRY_PERMIT_1"),
        ("EXIT_ENTRY_PERMIT", "first", "M", "EXIT_ENTRY_PERMIT_M"),
        ("TBZ", "first", "", "TBZ"),
        ("TBZ", "first", "1", "TBZ_1"),
        ("TBZ", "replace", "", "TBZ"),
        ("TBZ", "reissue", "", "TBZ_REISSUE"),
    ],
)
def test_4_what_is_asked_for_costs_its_row(kind: str, category: str, use: str, item: str) -> None:
    assert catalog.tariff_item(kind, category, use) == item


@pytest.mark.parametrize(
    ("division", "born", "on", "free"),
    [
        ("370102", date(1961, 6, 1), date(2026, 5, 31), False),
        ("370102", date(1961, 6, 1), date(2026, 6, 1), True),
        ("371302", date(1960, 2, 29), date(2025, 2, 27), False),
        ("371302", date(1960, 2, 29), date(2025, 2, 28), True),
        ("370202", date(1940, 1, 1), date(2018, 1, 14), False),
        ("370202", date(1940, 1, 1), date(2018, 1, 15), True),
        ("110101", date(1940, 1, 1), date(2026, 6, 1), False),
    ],
)
def test_4_shandong_sends_to_those_of_65_and_over_for_nothing(
    division: str, born: date, on: date, *, free: bool
) -> None:
    assert (free_postage(division, born=born, on=on) is not None) == free


# Row, code of the term, amount, unit, the event it counts from, and kinds where it is not for all.
TERMS = [
    ("passport, statutory", "passport_statutory", 15, "day", "materials_received", {"PASSPORT"}),
    ("passport, statutory extension", "passport_statutory_extended", 30, "day", "materials_received", {"PASSPORT"}),
    ("service standard", "service", 7, "working_day", "accepted", set()),
    ("remote or special", "service_extended", 20, "working_day", "accepted", set()),
    ("away from the household", "out_of_area", 20, "day", "accepted", set()),
    ("Taiwan, statutory", "twn_statutory", 30, "day", "accepted", {"TWN_PERMIT"}),
    ("Taiwan, remote", "twn_statutory_remote", 60, "day", "accepted", {"TWN_PERMIT"}),
    ("fully online", "online", 7, "working_day", "accepted", set()),
    ("production after payment", "production", 3, "working_day", "paid", set()),
    ("express passport", "passport_express", 5, "working_day", "materials_received", {"PASSPORT"}),
    ("Taiwan residents' permit", "tbz_service", 7, "working_day", "accepted", {"TBZ"}),
    ("Taiwan residents' permit, longest", "tbz_service_extended", 20, "working_day", "accepted", {"TBZ"}),
    ("correction", "correction", 7, "day", "notified", set()),
    ("payment", "payment", 7, "day", "notified", set()),
]


@pytest.mark.parametrize(
    ("code", "amount", "unit", "starts", "kinds"), [row[1:] for row in TERMS], ids=[f"5 {row[0]}" for row in TERMS]
)
def test_a_term(code: str, amount: int, unit: str, starts: str, kinds: set[str]) -> None:
    found = catalog.term(code)
    assert (found.amount, found.unit, found.starts, found.kinds) == (amount, unit, starts, kinds)
    assert found.ground.source


# Reason and proof, each by a word of it.
URGENT = [
    ("meeting, negotiation, contract", "meeting", "会议、谈判、签订合同", "邀请函和单位"),
    ("enrolment", "enrolment", "入学", "录取通知书"),
    ("lost or damaged before travel", "lost_before_travel", "遗失、损毁", "行程单"),
    ("entry permit or visa about to lapse", "visa_lapsing", "签证即将到期", "复印件"),
    ("critically ill or funeral", "illness_or_funeral", "危重病人、奔丧", "死亡证明"),
    ("treatment of grave illness", "treatment", "治疗", "诊断证明"),
    ("sudden incident abroad", "incident", "突发事件", "证明"),
    ("recognised by the province", "provincial", "省级", "证明"),
    ("firms in major projects", "major_project", "重大项目", "项目证明"),
]


@pytest.mark.parametrize(
    ("code", "reason", "proof"), [row[1:] for row in URGENT], ids=[f"5.1 {row[0]}" for row in URGENT]
)
def test_an_urgent_reason(code: str, reason: str, proof: str) -> None:
    found = catalog.URGENCIES[code]
    assert reason in str(found.name)
    assert proof in str(found.proof)
    assert found.ground.source
