"""Section 3.3: the individual visit in 59 cities, their days, and Fuzhou's urban districts."""

from tests.applications.eligibility_table.section_1_cities import SINCE_2024_05_06, SINCE_2025_11_20
from tests.applications.eligibility_table.shapes import (
    PLACE,
    Answer,
    Case,
    case,
    device,
    nowhere,
    online,
    who,
)

GUANGDONG = {
    "440100": "Guangzhou",
    "440200": "Shaoguan",
    "440300": "Shenzhen",
    "440400": "Zhuhai",
    "440500": "Shantou",
    "440600": "Foshan",
    "440700": "Jiangmen",
    "440800": "Zhanjiang",
    "440900": "Maoming",
    "441200": "Zhaoqing",
    "441300": "Huizhou",
    "441400": "Meizhou",
    "441500": "Shanwei",
    "441600": "Heyuan",
    "441700": "Yangjiang",
    "441800": "Qingyuan",
    "441900": "Dongguan",
    "442000": "Zhongshan",
    "445100": "Chaozhou",
    "445200": "Jieyang",
    "445300": "Yunfu",
}
OTHERS = {
    "110000": "Beijing",
    "120000": "Tianjin",
    "310000": "Shanghai",
    "500000": "Chongqing",
    "320100": "Nanjing",
    "320200": "Wuxi",
    "320500": "Suzhou",
    "330100": "Hangzhou",
    "330200": "Ningbo",
    "331000": "Taizhou",
    "350100": "Fuzhou",
    "350200": "Xiamen",
    "350500": "Quanzhou",
    "210100": "Shenyang",
    "210200": "Dalian",
    "370100": "Jinan",
    "510100": "Chengdu",
    "360100": "Nanchang",
    "430100": "Changsha",
    "450100": "Nanning",
    "460100": "Haikou",
    "520100": "Guiyang",
    "530100": "Kunming",
    "130100": "Shijiazhuang",
    "220100": "Changchun",
    "340100": "Hefei",
    "410100": "Zhengzhou",
    "420100": "Wuhan",
}
SINCE_2024_03_06 = {"610100": "Xi'an", "370200": "Qingdao"}
SINCE_2024_05_27 = {
    "140100": "Taiyuan",
    "150100": "Hohhot",
    "230100": "Harbin",
    "540100": "Lhasa",
    "620100": "Lanzhou",
    "630100": "Xining",
    "640100": "Yinchuan",
    "650100": "Urumqi",
}
FUZHOU_URBAN = {
    "350102": "Gulou",
    "350103": "Taijiang",
    "350104": "Cangshan",
    "350105": "Mawei",
    "350111": "Jin'an",
    "350112": "Changle",
}
FUZHOU_REST = {
    "350121": "Minhou",
    "350122": "Lianjiang",
    "350123": "Luoyuan",
    "350124": "Minqing",
    "350125": "Yongtai",
    "350128": "Pingtan",
    "350181": "Fuqing",
}
# Beside, above or like one of the 59, and none of them.
NONE_OF_THE_59 = {
    "320300": "Xuzhou",
    "320400": "Changzhou",
    "130600": "Baoding",
    "320600": "Nantong",
    "330300": "Wenzhou",
    "350600": "Zhangzhou",
    "360400": "Jiujiang",
    "370600": "Yantai",
    "410300": "Luoyang",
    "420500": "Yichang",
    "429004": "Xiantao",
    "430200": "Zhuzhou",
    "450300": "Guilin",
    "460200": "Sanya",
    "469002": "Qionghai",
    "510700": "Mianyang",
    "610400": "Xianyang",
    "620400": "Baiyin",
    "659001": "Shihezi",
}
PILOT = {*SINCE_2024_05_06, *SINCE_2025_11_20}
CITIES = GUANGDONG | OTHERS | SINCE_2024_03_06 | SINCE_2024_05_27


def _granted(city: str, fee: int) -> Answer:
    return online(fee) if city in PILOT else device(fee, "E1")


CASES: list[Case] = [
    *(case(f"G of {name}", "HK G 1y1", _granted(code, 15), person=who(code)) for code, name in CITIES.items()),
    # By residence permit as well: asked for where one lives.
    *(
        case(
            f"G by residence permit of {city}",
            "MO G 3m1",
            device(15, "E1"),
            person=who("430200", residence_permit=city),
        )
        for city in ("110105", "440600", "610113", "620102", "331002")
    ),
    case(
        "G by household, living elsewhere",
        "HK G 1y1",
        device(15, "E1"),
        person=who("430102", residence_permit="430200"),
    ),
    *(
        case(f"G of {name}", "HK G 1y1", nowhere(PLACE) if code in PILOT else nowhere("E1", PLACE), person=who(code))
        for code, name in NONE_OF_THE_59.items()
    ),
    case("G by two permits of none", "HK G 1y1", nowhere("E1", PLACE), person=who("430200", residence_permit="350600")),
    *(
        case(f"G of {name} on {on}", "HK G 3m2", answer, person=who(code), on=on)
        for code, name in SINCE_2024_03_06.items()
        for on, answer in (("2024-03-05", nowhere("E1", PLACE)), ("2024-03-06", device(30, "E1")))
    ),
    *(
        case(f"G of {name} on {on}", "MO G 1y1", answer, person=who(code), on=on)
        for code, name in SINCE_2024_05_27.items()
        for on, answer in (
            ("2024-05-26", nowhere(PLACE) if code == "230100" else nowhere("E1", PLACE)),
            ("2024-05-27", online(15) if code == "230100" else device(15, "E1")),
        )
    ),
    *(
        case(f"G of Fuzhou, {name}", "HK G 1y1", device(15, "E1"), person=who(code))
        for code, name in FUZHOU_URBAN.items()
    ),
    *(
        case(f"G of Fuzhou, {name}", "HK G 1y1", nowhere("E1", PLACE), person=who(code))
        for code, name in FUZHOU_REST.items()
    ),
]
