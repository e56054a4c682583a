"""Section 3.2: talent endorsements by area and day; the terms of the groups."""

from tests.applications.eligibility_table.shapes import CLOSED, PLACE, Answer, Case, case, nowhere, online, who, window

GREATER_BAY = {
    "440100": "Guangzhou",
    "440300": "Shenzhen",
    "440400": "Zhuhai",
    "440600": "Foshan",
    "441300": "Huizhou",
    "441900": "Dongguan",
    "442000": "Zhongshan",
    "440700": "Jiangmen",
    "441200": "Zhaoqing",
}
# One place for each province that the areas of 2025-11-05 name: Yangtze River Delta and Beijing-Tianjin-Hebei.
SINCE_2025_11_05 = {
    "320100": "Nanjing, Jiangsu",
    "320600": "Nantong, Jiangsu",
    "330100": "Hangzhou, Zhejiang",
    "330300": "Wenzhou, Zhejiang",
    "340100": "Hefei, Anhui",
    "341000": "Huangshan, Anhui",
    "120000": "Tianjin",
    "130100": "Shijiazhuang, Hebei",
    "130700": "Zhangjiakou, Hebei",
}
# In none of the areas, and without a pilot free trade zone in the province.
OUTSIDE = {"540100": "Lhasa", "140700": "Jinzhong", "620100": "Lanzhou", "630100": "Xining", "520100": "Guiyang"}
TERMS = {"outstanding": ("5yM", 240), "research": ("3yM", 240), "other": ("1yM", 80)}

_ONLINE_2025 = {"110000", "120000", "310000", "320100", "330100", "340100", "440100", "440300", "440400"}


def _open(code: str, fee: int) -> Answer:
    return online(fee) if code in _ONLINE_2025 else window(fee, "E1")


def _early(code: str, *codes: str) -> Answer:
    return nowhere(*codes) if code in _ONLINE_2025 else nowhere("E1", *codes)


CASES: list[Case] = [
    *(
        case(f"R {name} {on}", "HK R 1yM", answer, person=who(code), on=on)
        for code, name in GREATER_BAY.items()
        for on, answer in (("2023-02-19", nowhere("E1", CLOSED)), ("2023-02-20", window(80, "E1")))
    ),
    *(
        case(f"R {name} {on}", "MO R 1yM", answer, person=who(code), on=on)
        for code, name in (("110105", "Beijing"), ("310115", "Shanghai"))
        for on, answer in (("2024-04-30", nowhere("E1", PLACE)), ("2024-05-31", online(80)))
    ),
    *(
        case(f"R {name} {on}", "HK R 1yM", answer, person=who(code), on=on)
        for code, name in SINCE_2025_11_05.items()
        for on, answer in (("2025-11-04", _early(code, PLACE)), ("2025-11-05", _open(code, 80)))
    ),
    *(
        case(f"R {name}", "HK R 1yM", nowhere("E1", PLACE), person=who(code), on="2025-11-05")
        for code, name in OUTSIDE.items()
    ),
    *(
        case(f"R {group} of {name}", f"HK R {option}", online(fee), person=who(code))
        for code, name in (("440305", "Shenzhen"), ("110105", "Beijing"))
        for group, (option, fee) in TERMS.items()
    ),
]
