"""Sections 5, 9 and 12: terms, devices, and the travel permit of HK and Macao residents."""

from tests.applications.eligibility_table.shapes import (
    KINDS,
    Case,
    Json,
    case,
    device,
    first,
    held,
    online,
    reissue,
    replace,
    soon,
    who,
    window,
    window_away,
)

_FEES = {"PASSPORT": 120, "HKM_PERMIT": 60, "TWN_PERMIT": 60}

_TERMS: list[Case] = [
    *(case(f"term of {kind}, online", replace(kind), online(fee), holds=soon(kind)) for kind, fee in _FEES.items()),
    *(case(f"term of {kind}, window", first(kind), window(fee, "E4", "X3"), holds=[]) for kind, fee in _FEES.items()),
    *(
        case(
            f"term of {kind}, away",
            first(kind),
            window_away(fee, "E4", "X3"),
            person=who(residence_permit="440305"),
            holds=[],
        )
        for kind, fee in _FEES.items()
    ),
    # Away means another city, not another district.
    *(
        case(
            f"term, household {hukou}, permit {residence}",
            replace("PASSPORT"),
            answer(120, "E1"),
            person=who(hukou, residence_permit=residence),
            holds=soon("PASSPORT"),
        )
        for hukou, residence, answer in (
            ("350102", "350111", window),
            ("350102", "350128", window),
            ("350102", "350502", window_away),
            ("350102", "620102", window_away),
            ("429004", "429005", window_away),
            ("429004", "429004", window),
            ("540100", "540102", window),
        )
    ),
    case(
        "term, districts of one municipality",
        first("PASSPORT"),
        window(120, "E4", "X3"),
        person=who("500101", residence_permit="500229"),
        holds=[],
    ),
    case(
        "term, online although away",
        replace("PASSPORT"),
        online(120),
        person=who("310115", residence_permit="330106"),
        holds=soon("PASSPORT"),
    ),
    case(
        "term of a minor away",
        replace("PASSPORT"),
        window_away(120, "E2"),
        person=who("310115", born="2015-01-01", residence_permit="330106"),
        holds=soon("PASSPORT"),
    ),
    case("term of an endorsement, window", "HK T 3mM", window(80, "E1"), person=who("620102")),
    case(
        "term of an endorsement, away",
        "HK T 3mM",
        window_away(80, "E1"),
        person=who("620102", residence_permit="640104"),
    ),
]

_DEVICES: list[Case] = [
    *(
        case(f"device {sought}", sought, device(fee, "E1"), person=who("440604"))
        for sought, fee in (
            ("HK L 3m1", 15),
            ("HK L 3m2", 30),
            ("MO L 1y1", 15),
            ("HK G 3m1", 15),
            ("HK G 1y2", 30),
            ("MO G 3m1", 15),
            ("HK S 3mM", 80),
            ("MO S 1yM", 80),
        )
    ),
    *(
        case(f"no device {sought}", sought, window(fee, "E1"), person=who("440604"))
        for sought, fee in (("HK S 3m1", 15), ("MO T 3m1", 15), ("HK Q 3m1", 15), ("MO D 1yM", 80), ("HK R 1yM", 80))
    ),
    *(
        case(f"no device {code} {sought}", sought, window(fee, "E1", code), person=who("440604", **fact))
        for sought, fee in (("HK L 3m1", 15), ("HK G 1y2", 30), ("MO S 1yM", 80))
        for code, fact in (
            ("X1", {"state_employee": True}),
            ("X2", {"military": True}),
            ("E2", {"born": "2010-06-02"}),
            ("E5", {"fingerprints": False}),
        )
    ),
    case("device on the 16th birthday", "HK L 3m1", device(15, "E1"), person=who("440604", born="2010-06-01")),
    case(
        "no device for business before 2024-05-06", "HK S 1yM", window(80, "E1"), person=who("440604"), on="2024-05-05"
    ),
    case("device for business on 2024-05-06", "HK S 1yM", device(80, "E1"), person=who("440604"), on="2024-05-06"),
    case(
        "no device for a first permit",
        [first("HKM_PERMIT"), "HK L 3m1"],
        window(75, "E1", "E4", "X3"),
        person=who("440604"),
        holds=[],
    ),
    case(
        "device away from home takes no longer",
        "HK L 3m1",
        device(15, "E1"),
        person=who("540102", residence_permit="440604"),
    ),
    case("device for L, window for T, one form", ["HK L 3m1", "MO T 3m1"], window(30, "E1"), person=who("440604")),
]

_GUEST = who(None)
_HOME_RETURN: list[Case] = [
    *(
        case(f"{kind} {name}", asked, window(None, "E1", "E3", *codes), person=_GUEST, holds=holds)
        for kind in ("HRP", "HRP_NC")
        for name, asked, codes, holds in (
            ("under six months", replace(kind), (), [held(kind, "2026-10-01")]),
            ("expired", replace(kind), ("E4", "X3"), [held(kind, "2026-05-01")]),
            ("damaged", reissue(kind, "damaged"), (), [held(kind, state="damaged")]),
            ("lost", reissue(kind), (), [held(kind, state="lost")]),
        )
    ),
    case(
        "HRP with another identity",
        replace("HRP", "identity_changed"),
        window(None, "E1", "E3", "X5"),
        person=_GUEST,
        holds=[held("HRP")],
    ),
    case(
        "HRP of a child",
        replace("HRP"),
        window(None, "E1", "E2", "E3"),
        person=who(None, born="2020-01-01"),
        holds=soon("HRP"),
    ),
]

_ALL = soon(*KINDS)
_EVERYTHING: list[Json | str] = [
    replace("PASSPORT"),
    replace("HKM_PERMIT"),
    "HK L 1y2",
    "MO L 1y1",
    replace("TWN_PERMIT"),
]
_FEE = 120 + 60 + 30 + 15 + 60

_COMBINED: list[Case] = [
    case("five wants online", _EVERYTHING, online(_FEE), holds=_ALL),
    case("five wants outside the pilot", _EVERYTHING, window(_FEE, "E1"), person=who("540102"), holds=_ALL),
    case(
        "five wants away from home",
        _EVERYTHING,
        window_away(_FEE, "E1"),
        person=who("540102", residence_permit="440305"),
        holds=_ALL,
    ),
    case("five wants of a minor", _EVERYTHING, window(_FEE, "E2"), person=who(born="2012-06-01"), holds=_ALL),
    case(
        "five wants, one document new",
        _EVERYTHING,
        window(_FEE, "E6"),
        holds=[*soon("PASSPORT", "HKM_PERMIT"), held("TWN_PERMIT")],
    ),
    case(
        "five wants, one document expired",
        _EVERYTHING,
        window(_FEE, "E4", "X3"),
        holds=[held("PASSPORT", "2026-05-01"), *soon("HKM_PERMIT", "TWN_PERMIT")],
    ),
    case(
        "passport and both endorsements",
        [replace("PASSPORT"), "HK G 1y2", "MO G 1y1"],
        online(165),
        holds=[*soon("PASSPORT"), held("HKM_PERMIT")],
    ),
    case(
        "three documents lost",
        [reissue(kind) for kind in KINDS],
        online(240),
        holds=[held(kind, state="lost") for kind in KINDS],
    ),
    case("three first issues", [first(kind) for kind in KINDS], window(240, "E4", "X3"), holds=[]),
    case(
        "one expired, one new",
        [replace("PASSPORT"), replace("HKM_PERMIT")],
        window(180, "E4", "E6", "X3"),
        holds=[held("PASSPORT", "2026-05-01"), held("HKM_PERMIT")],
    ),
    case(
        "passport outside the pilot with L",
        [replace("PASSPORT"), "HK L 3m1"],
        window(135, "E1"),
        person=who("540102"),
        holds=[*soon("PASSPORT"), held("HKM_PERMIT")],
    ),
    case(
        "two permits, three places",
        [replace("HKM_PERMIT"), "HK T 1yM", "MO T 1yM", replace("TWN_PERMIT"), "TW T 1yM"],
        online(360),
        holds=_ALL,
    ),
    case(
        "document and annulled identity",
        [replace("PASSPORT", "identity_changed"), replace("HKM_PERMIT")],
        window(180, "X5"),
        holds=_ALL,
    ),
]

CASES: list[Case] = [*_TERMS, *_DEVICES, *_HOME_RETURN, *_COMBINED]
