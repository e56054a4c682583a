"""Section 3.1: every HK and Macao endorsement, and beside it what is refused."""

from tests.applications.eligibility_table.shapes import (
    CLOSED,
    DESTINATION,
    GROUP,
    LETTER,
    OPTION,
    PERMIT,
    PLACE,
    TWICE,
    Case,
    case,
    device,
    endorse,
    first,
    held,
    nowhere,
    online,
    reissue,
    want,
    who,
    window,
    window_away,
)

# Beijing is a pilot city and one of the 59: what it may ask for, it asks for online.
OFFERED = {
    "HK L": {"3m1": 15, "3m2": 30, "1y1": 15, "1y2": 30},
    "MO L": {"3m1": 15, "1y1": 15},
    "HK G": {"3m1": 15, "3m2": 30, "1y1": 15, "1y2": 30},
    "MO G": {"3m1": 15, "1y1": 15},
    "HK T": {"3m1": 15, "3mM": 80, "1yM": 80},
    "MO T": {"3m1": 15, "3mM": 80, "1yM": 80},
    "HK S": {"3m1": 15, "3mM": 80, "1yM": 80},
    "MO S": {"3m1": 15, "3mM": 80, "1yM": 80},
    "HK D": {"1yM": 80},
    "MO D": {"1yM": 80},
    "HK R": {"1yM": 80, "3yM": 240, "5yM": 240},
    "MO R": {"1yM": 80, "3yM": 240, "5yM": 240},
    "HK Q": {"3m1": 15, "3m2": 30, "3mM": 80},
    "MO Q": {"3m1": 15, "3m2": 30, "3mM": 80, "1yM": 80},
}
# No resident anywhere is offered these.
NOT_OFFERED = {
    "HK L": ("3mM", "1yM", "1yW", "3yM", "6m1"),
    "MO L": ("3m2", "1y2", "3mM", "1yM", "1yW"),
    "HK G": ("3mM", "3yM", "6m1"),
    "MO G": ("3m2", "1y2", "3mM", "3yM"),
    "HK T": ("3m2", "1y1", "1y2", "3yM", "6m1"),
    "MO T": ("3m2", "1y1", "1y2", "3yM"),
    "HK S": ("3m2", "1y1", "1y2", "1yW", "6m1"),
    "MO S": ("3m2", "1y1", "1y2", "1yW"),
    "HK D": ("3m1", "1y1"),
    "MO D": ("3m1", "1y2"),
    "HK R": ("3m1", "1y1", "1y2"),
    "MO R": ("3m1", "1y1", "1y2"),
    "HK Q": ("1y1", "1y2", "1yM", "3yM"),
    "MO Q": ("1y1", "1y2", "3yM"),
}

# Letters of Taiwan's list only.
_TAIWAN_ONLY = ("Y", "F", "X", "C")

_ZHUHAI, _SHENZHEN = "440402", "440305"

_LOCAL: list[Case] = [
    case(f"G {name}", sought, answer, person=who(hukou, residence_permit=residence), on=on)
    for name, sought, hukou, residence, on, answer in (
        # Shenzhen: unlimited entries to Hong Kong since 2024-12-01, by household or residence permit.
        ("Shenzhen household", "HK G 1yM", _SHENZHEN, None, "2024-12-01", online(80)),
        ("Shenzhen household, a day early", "HK G 1yM", _SHENZHEN, None, "2024-11-30", nowhere(CLOSED)),
        ("Shenzhen permit of a pilot city's resident", "HK G 1yM", "310115", _SHENZHEN, "2024-12-01", online(80)),
        ("Shenzhen permit", "HK G 1yM", "540102", _SHENZHEN, "2024-12-01", device(80, "E1")),
        ("Shenzhen permit, a day early", "HK G 1yM", "540102", _SHENZHEN, "2024-11-30", nowhere("E1", CLOSED)),
        ("Guangzhou wants Shenzhen's", "HK G 1yM", "440103", None, "2026-06-01", nowhere(PLACE)),
        ("Zhuhai wants Shenzhen's", "HK G 1yM", _ZHUHAI, None, "2026-06-01", nowhere(PLACE)),
        ("Dongguan wants Shenzhen's", "HK G 1yM", "441900", None, "2026-06-01", nowhere("E1", PLACE)),
        ("Beijing wants Shenzhen's", "HK G 1yM", "110101", None, "2026-06-01", nowhere(PLACE)),
        ("Shenzhen to Macao as everybody", "MO G 1y1", _SHENZHEN, None, "2026-06-01", online(15)),
        ("Shenzhen to Macao without limit", "MO G 1yM", _SHENZHEN, None, "2026-06-01", nowhere(PLACE)),
        # One trip a week to Hong Kong takes no new applications since 2024-12-01.
        ("Shenzhen weekly, the last day", "HK G 1yW", _SHENZHEN, None, "2024-11-30", online(80)),
        ("Shenzhen weekly", "HK G 1yW", _SHENZHEN, None, "2024-12-01", nowhere(CLOSED)),
        ("Shenzhen weekly today", "HK G 1yW", _SHENZHEN, None, "2026-06-01", nowhere(CLOSED)),
        ("Shenzhen weekly to Macao", "MO G 1yW", _SHENZHEN, None, "2026-06-01", nowhere(PLACE)),
        # Zhuhai: one trip a week to Macao since 2025-01-01, by household only.
        ("Zhuhai weekly", "MO G 1yW", _ZHUHAI, None, "2025-01-01", online(80)),
        ("Zhuhai weekly, a day early", "MO G 1yW", _ZHUHAI, None, "2024-12-31", nowhere(CLOSED)),
        ("Zhuhai weekly by permit", "MO G 1yW", "310115", _ZHUHAI, "2025-01-01", nowhere(PLACE)),
        ("Zhuhai weekly for Zhongshan", "MO G 1yW", "442000", None, "2026-06-01", nowhere("E1", PLACE)),
        ("Zhuhai to Hong Kong as everybody", "HK G 1y2", _ZHUHAI, None, "2026-06-01", online(30)),
        ("Zhuhai weekly to Hong Kong", "HK G 1yW", _ZHUHAI, None, "2026-06-01", nowhere(CLOSED)),
        # Hengqin: unlimited to Macao since 2025-01-01, household or residence permit; the zone has no code of its own.
        ("Hengqin household", "MO G 1yM", _ZHUHAI, None, "2025-01-01", online(80)),
        ("Hengqin household, a day early", "MO G 1yM", _ZHUHAI, None, "2024-12-31", nowhere(CLOSED)),
        # Whether a permit is of the zone only the paper shows, which a device does not read.
        ("Hengqin permit", "MO G 1yM", "540102", _ZHUHAI, "2025-01-01", window_away(80, "E1")),
        ("Hengqin's for Guangzhou", "MO G 1yM", "440103", None, "2026-06-01", nowhere(PLACE)),
    )
]

_PEOPLE: list[Case] = [
    # L: any resident, anywhere. Not in a pilot city: at a device.
    case("L Lhasa", "HK L 1y2", device(30, "E1"), person=who("540102")),
    case("L Lhasa to Macao", "MO L 1y1", device(15, "E1"), person=who("540102")),
    case(
        "L with a residence permit elsewhere",
        "HK L 3m1",
        device(15, "E1"),
        person=who("540102", residence_permit="420106"),
    ),
    # S: staff of a registered firm in Guangdong have three years.
    case("S three years, Guangzhou", "HK S 3yM", online(240), person=who("440103")),
    case("S three years, Foshan", "MO S 3yM", device(240, "E1"), person=who("440604")),
    case("S three years, Beijing", "HK S 3yM", nowhere(PLACE)),
    case("S three years, Wuhan", "MO S 3yM", nowhere(PLACE), person=who("420106")),
    case("S driver, three months", "HK S 3mM", device(80, "E1"), person=who("440604")),
    # S: multiple entries anywhere and at devices since 2024-05-06.
    case("S multiple, at a device", "HK S 1yM", device(80, "E1"), person=who("620102"), on="2024-05-06"),
    case("S single, at a window", "HK S 3m1", window(15, "E1"), person=who("620102")),
    # T, D, Q, R: papers are looked at, so a window where the pilot is not.
    case("T Lanzhou", "HK T 3mM", window(80, "E1"), person=who("620102")),
    case(
        "T Lanzhou, permit of Xining",
        "HK T 3m1",
        window_away(15, "E1"),
        person=who("620102", residence_permit="630104"),
    ),
    case("D Lanzhou", "HK D 1yM", window(80, "E1"), person=who("620102")),
    case("Q Lanzhou", "MO Q 3m2", window(30, "E1"), person=who("620102")),
    case("R Foshan", "HK R 1yM", window(80, "E1"), person=who("440604")),
    # Q to Macao for a year since 2024-05-06.
    case("Q a year to Macao, on the day", "MO Q 1yM", online(80), on="2024-05-06"),
    case("Q a year to Macao, a day early", "MO Q 1yM", nowhere("E1", CLOSED), on="2024-05-05"),
    # Who is kept from online is kept from it here too; devices do not serve them either.
    *(
        case(f"{sought} {code}", sought, window(fee, code), person=who(**fact))
        for sought, fee in (("HK L 1y1", 15), ("MO G 3m1", 15), ("HK S 1yM", 80), ("HK T 3mM", 80))
        for code, fact in (
            ("X1", {"state_employee": True}),
            ("X2", {"military": True}),
            ("E2", {"born": "2012-01-01"}),
            ("E5", {"fingerprints": False}),
        )
    ),
    *(
        case(f"{sought} {code}", sought, nowhere(code), person=who(**fact))
        for sought in ("HK L 1y1", "MO T 3mM")
        for code, fact in (("E7", {"in_mainland": False}), ("X4", {"exit_barred": True}))
    ),
    # Shenzhen's and Zhuhai's own are not for state employees or military.
    *(
        case(f"Shenzhen unlimited {code}", "HK G 1yM", nowhere(code, GROUP), person=who(_SHENZHEN, **fact))
        for code, fact in (("X1", {"state_employee": True}), ("X2", {"military": True}))
    ),
    case(
        "Shenzhen state employee as everybody", "HK G 1y2", window(30, "X1"), person=who(_SHENZHEN, state_employee=True)
    ),
]

_PERMIT: list[Case] = [
    # No permit, a lapsed, lost or damaged one, or another permit: nothing to write the endorsement on.
    *(
        case(f"{sought} on {name}", sought, window(fee, "E4", PERMIT), holds=holds)
        for sought, fee in (("HK L 3m1", 15), ("MO T 3mM", 80))
        for name, holds in (
            ("no permit", []),
            ("a passport", [held("PASSPORT")]),
            ("a Taiwan permit", [held("TWN_PERMIT")]),
            ("an expired permit", [held("HKM_PERMIT", "2026-05-31")]),
            ("a lost permit", [held("HKM_PERMIT", state="lost")]),
            ("a damaged permit", [held("HKM_PERMIT", state="damaged")]),
        )
    ),
    # Asked for on the same form: enough.
    case("first permit with it", [first("HKM_PERMIT"), "HK L 3m1"], window(75, "E4", "X3"), holds=[]),
    case(
        "lost permit reissued with it",
        [reissue("HKM_PERMIT"), "HK L 3m1"],
        online(75),
        holds=[held("HKM_PERMIT", state="lost")],
    ),
    # Twice for one place on one form; Hong Kong and Macao are two.
    *(
        case(f"twice {one} {other}", [one, other], nowhere(TWICE))
        for one, other in (
            ("HK L 3m1", "HK L 3m1"),
            ("HK L 3m1", "HK L 1y2"),
            ("MO G 3m1", "MO G 1y1"),
            ("HK T 3m1", "HK T 1yM"),
        )
    ),
    *(
        case(f"not twice {one} {other}", [one, other], online(fee))
        for one, other, fee in (
            ("HK L 3m1", "MO L 3m1", 30),
            ("HK G 1y2", "MO G 1y1", 45),
            ("HK T 3mM", "MO T 3mM", 160),
            ("HK L 3m1", "HK T 3mM", 95),
        )
    ),
]

_ACCOMPANYING = [
    case(
        f"T {option} along with the main applicant",
        endorse(f"HK T {option}") | {"accompanying": True},
        answer,
        person=who("620102"),
    )
    for option, answer in (
        # The same as the main applicant's, whichever that is.
        ("3m1", window(15, "E1")),
        ("3mM", window(80, "E1")),
        ("1yM", window(80, "E1")),
        ("3m2", nowhere("E1", OPTION)),
    )
]

CASES: list[Case] = [
    *_ACCOMPANYING,
    *(
        case(f"{row} {option}", f"{row} {option}", online(fee))
        for row, options in OFFERED.items()
        for option, fee in options.items()
    ),
    *(
        case(f"{row} {option} refused", f"{row} {option}", nowhere(OPTION))
        for row, options in NOT_OFFERED.items()
        for option in options
    ),
    *(
        case(f"{place} {letter}: a letter of Taiwan's", f"{place} {letter} 3m1", nowhere(LETTER))
        for place in ("HK", "MO")
        for letter in _TAIWAN_ONLY
    ),
    case(
        "Hong Kong on a Taiwan permit",
        want("TWN_PERMIT", "endorse", destination="HK", endorsement="L", option="3m1"),
        nowhere(DESTINATION),
    ),
    case(
        "Taiwan on a HK/Macao permit",
        want("HKM_PERMIT", "endorse", destination="TW", endorsement="L", option="6m1"),
        nowhere(DESTINATION),
    ),
    *_LOCAL,
    *_PEOPLE,
    *_PERMIT,
]
