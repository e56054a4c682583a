"""Sections 1.2 and 1.3: each pilot city on the day before and on the day; what counts as the city and what does not."""

from tests.applications.eligibility_table.shapes import Case, case, online, replace, soon, who, window, window_away

SINCE_2024_05_06 = {
    "110000": "Beijing",
    "120000": "Tianjin",
    "210100": "Shenyang",
    "230100": "Harbin",
    "310000": "Shanghai",
    "320100": "Nanjing",
    "330100": "Hangzhou",
    "330200": "Ningbo",
    "340100": "Hefei",
    "350200": "Xiamen",
    "370100": "Jinan",
    "370200": "Qingdao",
    "410100": "Zhengzhou",
    "440100": "Guangzhou",
    "440300": "Shenzhen",
    "440400": "Zhuhai",
    "500000": "Chongqing",
    "510100": "Chengdu",
    "530100": "Kunming",
    "610100": "Xi'an",
}
SINCE_2025_11_20 = {
    "130100": "Shijiazhuang",
    "140100": "Taiyuan",
    "150100": "Hohhot",
    "210200": "Dalian",
    "220100": "Changchun",
    "320200": "Wuxi",
    "320300": "Xuzhou",
    "320400": "Changzhou",
    "320500": "Suzhou",
    "420100": "Wuhan",
    "450100": "Nanning",
}
COUNTS_AS_ITS_CITY = {
    "110118": "Miyun, district of Beijing",
    "120119": "Jizhou, district of Tianjin",
    "310151": "Chongming, district of Shanghai",
    "500101": "Wanzhou, district of Chongqing",
    "500229": "Chengkou, county of Chongqing",
    "500243": "Pengshui, autonomous county of Chongqing",
    "210105": "Huanggu, district of Shenyang",
    "230183": "Shangzhi, county-level city of Harbin",
    "320118": "Gaochun, district of Nanjing",
    "330182": "Jiande, county-level city of Hangzhou",
    "330226": "Ninghai, county of Ningbo",
    "340181": "Chaohu, county-level city of Hefei",
    "350213": "Xiang'an, district of Xiamen",
    "370126": "Shanghe, county of Jinan",
    "370285": "Laixi, county-level city of Qingdao",
    "410181": "Gongyi, county-level city of Zhengzhou",
    "440118": "Zengcheng, district of Guangzhou",
    "440305": "Nanshan, district of Shenzhen",
    "440402": "Xiangzhou, district of Zhuhai",
    "510184": "Chongzhou, county-level city of Chengdu",
    "530129": "Xundian, autonomous county of Kunming",
    "610124": "Zhouzhi, county of Xi'an",
    "320281": "Jiangyin, county-level city of Wuxi",
    "320583": "Kunshan, county-level city of Suzhou",
    "420117": "Xinzhou, district of Wuhan",
    "450181": "Hengzhou, county-level city of Nanning",
}
NO_PILOT_CITY = {
    "350100": "Fuzhou",
    "330300": "Wenzhou, not confirmed",
    "330400": "Jiaxing, not confirmed",
    "320600": "Nantong, not confirmed",
    "440600": "Foshan, not confirmed",
    "430100": "Changsha, not confirmed",
    "540100": "Lhasa",
    "420200": "Huangshi: Wuhan is the only city of Hubei",
    "429004": "Xiantao, governed by Hubei itself",
    "419001": "Jiyuan, governed by Henan itself",
    "469001": "Wuzhishan, governed by Hainan itself",
    "659001": "Shihezi, governed by Xinjiang itself",
    "610400": "Xianyang, beside Xi'an",
    "130600": "Baoding, beside Beijing",
}

_PASSPORT = replace("PASSPORT")


def _opening(cities: dict[str, str], before: str, day: str, expires: str) -> list[Case]:
    return [
        case(
            f"{name}: {on}",
            _PASSPORT,
            answer,
            person=who(code),
            holds=[{"kind": "PASSPORT", "expires": expires, "state": "valid", "pages_used": False}],
            on=on,
        )
        for code, name in cities.items()
        for on, answer in ((before, window(120, "E1")), (day, online(120)))
    ]


CASES: list[Case] = [
    *_opening(SINCE_2024_05_06, "2024-05-05", "2024-05-06", "2024-09-01"),
    *_opening(SINCE_2025_11_20, "2025-11-19", "2025-11-20", "2026-03-01"),
    *(
        case(f"counts: {name}", _PASSPORT, online(120), person=who(code), holds=soon("PASSPORT"))
        for code, name in COUNTS_AS_ITS_CITY.items()
    ),
    *(
        case(f"no pilot city: {name}", _PASSPORT, window(120, "E1"), person=who(code), holds=soon("PASSPORT"))
        for code, name in NO_PILOT_CITY.items()
    ),
    # A residence permit of a pilot city does not count; one of another city does not harm.
    *(
        case(
            f"residence permit of {residence}, household of {hukou}",
            _PASSPORT,
            answer,
            person=who(hukou, residence_permit=residence),
            holds=soon("PASSPORT"),
        )
        for hukou, residence, answer in (
            ("421087", "440300", window_away(120, "E1")),
            ("350100", "110105", window_away(120, "E1")),
            ("540102", "310115", window_away(120, "E1")),
            ("350102", "350111", window(120, "E1")),
            ("440305", "350100", online(120)),
            ("110101", "440300", online(120)),
        )
    ),
]
