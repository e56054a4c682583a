"""Romanised names: the spelling proposed, the spellings forbidden, and what is left to an officer."""

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from applications.romanisation import Spelling, check_romanised, clean, doubts_about, romanise, split
from portal.accounts.gateways.register.simulator import list_people

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize(
    ("name", "surname", "given_name"),
    [
        ("王小明", "WANG", "XIAOMING"),
        ("欧阳修", "OUYANG", "XIU"),
        ("吕女", "LYU", "NYU"),
        ("闾丘律", "LYUQIU", "LYU"),
        ("略虐", "LUE", "NUE"),
        ("曲句", "QU", "JU"),
        ("单仇", "SHAN", "QIU"),
        ("曾查", "ZENG", "CHA"),
        ("查曾", "ZHA", "ZENG"),
        ("解华", "XIE", "HUA"),
        ("区任", "OU", "REN"),
        ("朴大", "PIAO", "DA"),
        ("盖亮", "GE", "LIANG"),
        ("乐天", "YUE", "TIAN"),
        ("缪明", "MIAO", "MING"),
        ("冼平", "XIAN", "PING"),
        ("洗平", "XIAN", "PING"),
        ("召平", "SHAO", "PING"),
        ("尹平", "YIN", "PING"),
        ("尉迟恭", "YUCHI", "GONG"),
        ("尉明", "WEI", "MING"),
        ("万俟明", "MOQI", "MING"),
        ("万明", "WAN", "MING"),
        ("长孙明", "ZHANGSUN", "MING"),
        ("单于明", "CHANYU", "MING"),
        ("东方", "DONG", "FANG"),
        ("彭𠮷", "PENG", "JI"),
        ("鲁㐂", "LU", "XI"),
        ("明", "", "MING"),
        ("阿依·古丽", "", "AYIGULI"),
    ],
)
def test_the_rule_of_the_standard(name: str, surname: str, given_name: str) -> None:
    found = romanise(name)
    assert (found.surname, found.given) == (surname, given_name)


@given(st.text(HAN, min_size=2, max_size=4))
def test_what_is_proposed_may_be_filed(name: str) -> None:
    found = romanise(name)
    for spelling in ((found.surname, found.given), *found.alternatives):
        if all(spelling):
            assert re.fullmatch("[A-Z]+", "".join(spelling))
            assert check_romanised(*spelling, name) == []
            assert doubts_about(*spelling, name) == []
        else:
            assert "romanised.no_reading" in {doubt.code for doubt in found.doubts}


@given(st.text(min_size=0, max_size=30))
def test_any_text_gets_an_answer(name: str) -> None:
    found = romanise(name)
    assert re.fullmatch("[A-Z]*", found.surname + found.given)


@given(st.text(max_size=50), st.text(max_size=50), st.text(max_size=10))
def test_anything_typed_gets_an_answer(surname: str, given_name: str, name: str) -> None:
    for reason in (*check_romanised(surname, given_name, name), *doubts_about(surname, given_name, name)):
        assert reason.field in {"surname_romanised", "given_romanised"}
        assert str(reason.text)
        assert str(reason.remedy)


def test_a_character_without_reading_is_never_dropped() -> None:
    unreadable = "\U0003134a"
    found = romanise(f"王小{unreadable}")
    assert (found.surname, found.given) == ("WANG", "")
    doubt = next(doubt for doubt in found.doubts if doubt.code == "romanised.no_reading")
    assert unreadable in str(doubt.text)
    assert doubt.field == "given_romanised"
    assert doubts_about("WANG", "XIAO", f"王小{unreadable}")
    as_surname = romanise(f"{unreadable}明")
    assert (as_surname.surname, as_surname.given) == ("", "MING")
    assert as_surname.doubts[0].field == "surname_romanised"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("阿依·古丽", "romanised.minority"),
        ("彭𠮷", "romanised.rare"),
        ("王乐", "romanised.several_readings"),
        ("翟明", "romanised.several_readings"),
    ],
)
def test_doubts_are_raised(name: str, code: str) -> None:
    assert code in {doubt.code for doubt in romanise(name).doubts}


def test_an_ordinary_name_raises_none() -> None:
    assert romanise("王小明").doubts == ()
    assert romanise("王小明").alternatives == ()


def test_other_readings_are_offered() -> None:
    assert Spelling("WANG", "YUE") in romanise("王乐").alternatives
    assert Spelling("DI", "MING") in romanise("翟明").alternatives
    assert len(romanise("盖乐长重朝行").alternatives) == 8


def test_names_are_cut_by_the_surname() -> None:
    assert split("欧阳修") == ("欧阳", "修")
    assert split("欧阳") == ("欧", "阳")
    assert split("王小明") == ("王", "小明")
    assert split("阿依·古丽") == ("", "阿依·古丽")


@pytest.mark.parametrize(
    ("surname", "given_name", "expected"),
    [
        ("WANG", "XIAOMING", []),
        (" wang", "xiao ming", []),
        ("ＷＡＮＧ", "XIAOMING", []),
        ("", "XIAOMING", [("romanised.missing", "surname_romanised")]),
        ("WANG", " ", [("romanised.missing", "given_romanised")]),
        ("WÁNG", "XIAOMING", [("romanised.letters", "surname_romanised")]),
        ("WANG", "XIAO-MING", [("romanised.letters", "given_romanised")]),
        ("WANG", "小明", [("romanised.letters", "given_romanised")]),
        ("ВАНГ", "XIAOMING", [("romanised.letters", "surname_romanised")]),
        ("W4NG", "M1NG", [("romanised.letters", "surname_romanised"), ("romanised.letters", "given_romanised")]),
        ("WANG", "X" * 33, []),
        ("WANG", "X" * 34, [("romanised.too_long", "given_romanised")]),
    ],
)
def test_what_is_forbidden_is_named(surname: str, given_name: str, expected: list[tuple[str, str]]) -> None:
    found = check_romanised(surname, given_name, "王小明")
    assert [(reason.code, reason.field) for reason in found] == expected
    assert all(reason.source and reason.remedy for reason in found)


def test_the_limit_of_the_machine_readable_line_is_named() -> None:
    with translation.override("zh-hans"):
        text = str(check_romanised("WANG", "X" * 34, "王小明")[0].text)
    assert "39" in text
    assert "40" in text


def test_a_name_without_surname_may_leave_one_part_empty_but_not_both() -> None:
    assert check_romanised("", "AYIGULI", "阿依·古丽") == []
    assert check_romanised("AYIGULI", "", "阿依·古丽") == []
    assert len(check_romanised("", "", "阿依·古丽")) == 2
    assert check_romanised("", "X" * 39, "阿依·古丽") == []


@pytest.mark.parametrize(
    ("surname", "given_name", "name", "fields"),
    [
        ("WANG", "XIAOMING", "王小明", []),
        ("WONG", "XIAOMING", "王小明", ["surname_romanised"]),
        ("WANG", "SIUMING", "王小明", ["given_romanised"]),
        ("CHOU", "MING", "仇明", ["surname_romanised"]),
        ("LU", "MING", "吕明", ["surname_romanised"]),
        ("LV", "MING", "吕明", ["surname_romanised"]),
        ("LYU", "MING", "吕明", []),
        ("WANG", "YUE", "王乐", []),
        ("SHILI", "AYI", "阿依·示例", []),
        ("AYI", "SHILI", "阿依·示例", []),
        ("GULI", "AY", "阿依·示例", ["given_romanised"]),
    ],
)
def test_a_spelling_that_differs_is_left_to_an_officer(
    surname: str, given_name: str, name: str, fields: list[str]
) -> None:
    found = doubts_about(surname, given_name, name)
    assert [(doubt.code, doubt.field) for doubt in found] == [("romanised.differs", field) for field in fields]
    assert check_romanised(surname, given_name, name) == []


def test_the_spelling_of_an_earlier_document_may_be_kept() -> None:
    earlier = (Spelling("LU", "JIUPIN"),)
    assert doubts_about("LU", "JIUPIN", "吕旧拼", earlier=earlier) == []
    assert doubts_about("LV", "JIUPIN", "吕旧拼", earlier=earlier)


def test_the_documents_of_the_synthetic_people_are_spelled_by_the_rule() -> None:
    odd = {
        found.record.name
        for found in list_people()
        for held in found.record.holds
        if check_romanised(held.surname, held.given, found.record.name)
        or doubts_about(held.surname, held.given, found.record.name)
    }
    assert odd == {"吕旧拼"}


def test_letters_are_stored_plain() -> None:
    assert clean(" ｗang\u3000xiao ") == "WANGXIAO"
