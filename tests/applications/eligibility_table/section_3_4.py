"""Section 3.4: every Taiwan endorsement, and beside it what is refused."""

from tests.applications.eligibility_table.shapes import (
    CLOSED,
    LETTER,
    OPTION,
    PERMIT,
    PLACE,
    TWICE,
    Case,
    case,
    first,
    held,
    nowhere,
    online,
    replace,
    soon,
    who,
    window,
    window_away,
)

OFFERED = {
    "T": {"6m1": 15, "1yM": 80, "2yM": 80, "3yM": 80},
    "D": {"6m1": 15},
    "Y": {"6m1": 15, "6mM": 80, "1yM": 80, "2yM": 80, "3yM": 80},
    "F": {"6m1": 15, "6mM": 80, "1yM": 80, "2yM": 80, "3yM": 80},
    "X": {"1yM": 80},
    "C": {"1yM": 80, "2yM": 80, "3yM": 80},
    "Q": {"6m1": 15, "1yM": 80},
}
NOT_OFFERED = {
    "L": ("3m1", "1y1", "3yM"),
    "T": ("3m1", "3mM", "1y1", "6mM"),
    "D": ("1yM", "3yM", "3m1"),
    "Y": ("3m1", "1y1"),
    "F": ("3m1", "1y2"),
    "X": ("6m1", "3m1"),
    "C": ("6m1", "3m1"),
    "Q": ("3m1", "3yM", "2yM"),
}

CASES: list[Case] = [
    *(
        case(f"TW {letter} {option}", f"TW {letter} {option}", online(fee))
        for letter, options in OFFERED.items()
        for option, fee in options.items()
    ),
    *(
        case(f"TW {letter} {option} refused", f"TW {letter} {option}", nowhere(OPTION), person=who("310115"))
        for letter, options in NOT_OFFERED.items()
        for option in options
    ),
    # L: open by province of residence; Fujian and Shanghai. The agency's papers are looked at: no device.
    *(
        case(f"TW L {option} {name}", f"TW L {option}", answer, person=who(code))
        for code, name, option, answer in (
            ("310115", "Shanghai", "6m1", online(15)),
            ("310115", "Shanghai", "1yM", online(80)),
            ("350203", "Xiamen", "6m1", online(15)),
            ("350102", "Fuzhou", "6m1", window(15, "E1")),
            ("350128", "Pingtan", "6m1", window(15, "E1")),
            ("110101", "Beijing", "6m1", nowhere(PLACE)),
            ("440305", "Shenzhen", "6m1", nowhere(PLACE)),
            ("620102", "Lanzhou", "6m1", nowhere("E1", PLACE)),
        )
    ),
    case(
        "TW L by residence permit", "TW L 6m1", window_away(15, "E1"), person=who("620102", residence_permit="350203")
    ),
    # G: suspended since 2019-08-01.
    *(
        case(f"TW G {on}", "TW G 6m1", nowhere(*codes), on=on)
        for on, codes in (("2026-06-01", (CLOSED,)), ("2019-08-01", ("E1", CLOSED)))
    ),
    case("TW G Shanghai", "TW G 6m1", nowhere(CLOSED), person=who("310115")),
    # Letters of HK and Macao's list only.
    case("TW S", "TW S 6m1", nowhere(LETTER)),
    case("TW R", "TW R 1yM", nowhere(LETTER)),
    # Not in a pilot city: papers are looked at, so a window.
    *(
        case(f"TW {sought} Lanzhou", f"TW {sought}", window(fee, "E1"), person=who("620102"))
        for sought, fee in (
            ("T 6m1", 15),
            ("D 6m1", 15),
            ("Y 6mM", 80),
            ("F 1yM", 80),
            ("X 1yM", 80),
            ("C 1yM", 80),
            ("Q 6m1", 15),
        )
    ),
    *(
        case(f"TW T {code}", "TW T 6m1", window(15, code), person=who(**fact))
        for code, fact in (
            ("X1", {"state_employee": True}),
            ("X2", {"military": True}),
            ("E2", {"born": "2012-01-01"}),
            ("E5", {"fingerprints": False}),
        )
    ),
    *(
        case(f"TW T {code}", "TW T 6m1", nowhere(code), person=who(**fact))
        for code, fact in (("E7", {"in_mainland": False}), ("X4", {"exit_barred": True}))
    ),
    *(
        case(f"TW T on {name}", "TW T 6m1", window(15, "E4", PERMIT), holds=holds)
        for name, holds in (
            ("no permit", []),
            ("a HK/Macao permit", [held("HKM_PERMIT")]),
            ("an expired permit", [held("TWN_PERMIT", "2026-05-31")]),
            ("a stolen permit", [held("TWN_PERMIT", state="stolen")]),
        )
    ),
    case("TW T with its first permit", [first("TWN_PERMIT"), "TW T 6m1"], window(75, "E4", "X3"), holds=[]),
    case("TW T with its new permit", [replace("TWN_PERMIT"), "TW T 3yM"], online(140), holds=soon("TWN_PERMIT")),
    case("TW T twice", ["TW T 6m1", "TW T 1yM"], nowhere(TWICE)),
    case("TW T and D", ["TW T 6m1", "TW D 6m1"], online(30)),
]
