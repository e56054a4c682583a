"""Divisions: districts count as their city, and cities have the names of the public catalogue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import divisions

# The twenty cities of 2024-05-06 and the eleven confirmed of 2025-11-20.
PILOT_CITIES = {
    "110000": "北京市",
    "120000": "天津市",
    "210100": "辽宁省沈阳市",
    "230100": "黑龙江省哈尔滨市",
    "310000": "上海市",
    "320100": "江苏省南京市",
    "330100": "浙江省杭州市",
    "330200": "浙江省宁波市",
    "340100": "安徽省合肥市",
    "350200": "福建省厦门市",
    "370100": "山东省济南市",
    "370200": "山东省青岛市",
    "410100": "河南省郑州市",
    "440100": "广东省广州市",
    "440300": "广东省深圳市",
    "440400": "广东省珠海市",
    "500000": "重庆市",
    "510100": "四川省成都市",
    "530100": "云南省昆明市",
    "610100": "陕西省西安市",
    "130100": "河北省石家庄市",
    "140100": "山西省太原市",
    "150100": "内蒙古自治区呼和浩特市",
    "210200": "辽宁省大连市",
    "220100": "吉林省长春市",
    "320200": "江苏省无锡市",
    "320300": "江苏省徐州市",
    "320400": "江苏省常州市",
    "320500": "江苏省苏州市",
    "420100": "湖北省武汉市",
    "450100": "广西壮族自治区南宁市",
}


@pytest.mark.parametrize(("code", "name"), PILOT_CITIES.items())
def test_pilot_cities_are_known(code: str, name: str) -> None:
    assert divisions.name_of(code) == name
    assert divisions.city_of(code) == code
    assert divisions.is_current(code)


@pytest.mark.parametrize(
    ("code", "city", "name"),
    [
        ("110105", "110000", "北京市"),
        ("310151", "310000", "上海市"),
        ("500230", "500000", "重庆市"),
        ("330106", "330100", "浙江省杭州市"),
        ("441900", "441900", "广东省东莞市"),
        ("429004", "429004", "湖北省仙桃市"),
        ("469021", "469021", "海南省定安县"),
        ("222401", "222400", "吉林省延边朝鲜族自治州"),
        ("440000", "440000", "广东省"),
        ("810000", "810000", "香港特别行政区"),
        ("710101", "710000", "台湾省"),
        ("371203", "370100", "山东省莱芜市"),
        ("510201", "500000", "四川省重庆市"),
        ("341402", "341400", "安徽省巢湖市"),
    ],
)
def test_a_district_counts_as_its_city(code: str, city: str, name: str) -> None:
    assert divisions.city_of(code) == city
    assert divisions.name_of(code) == name


def test_an_unknown_code_has_no_name_and_no_fault() -> None:
    assert divisions.name_of("999999") is None
    assert divisions.city_of("999999") == "999900"
    assert not divisions.is_current("999999")


@pytest.mark.parametrize("text", ["", "1101", "11010A", "1101055", "١١٠١٠٥", "110105\n"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="six digits"):
        divisions.city_of(text)


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_grouping_twice_changes_nothing(code: str) -> None:
    city = divisions.city_of(code)
    assert divisions.city_of(city) == city


def test_the_catalogue_is_whole() -> None:
    prefectures = [city for city in divisions.cities() if city.code.endswith("00") and city.code[2:4] != "00"]
    assert len(prefectures) == 333
    assert {"110000", "120000", "310000", "500000"} < {city.code for city in divisions.cities()}
    assert not any(city.code.startswith(("71", "81", "82")) for city in divisions.cities())


def test_a_code_given_up_is_not_current_and_keeps_its_name() -> None:
    assert not divisions.is_current("371200")
    assert divisions.name_of("371200") == "山东省莱芜市"
