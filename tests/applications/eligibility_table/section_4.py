"""Section 4: each fee, by the day of acceptance; the bands of multiple entries."""

from tests.applications.eligibility_table.shapes import (
    Case,
    case,
    device,
    first,
    held,
    online,
    reissue,
    replace,
    who,
    window,
)

# Item, day, fee on it or None where no source names one, and a last day less than six months ahead.
_DATED = (
    ("PASSPORT", "2019-06-30", None, "2019-12-15"),
    ("PASSPORT", "2019-07-01", 120, "2019-12-15"),
    ("HKM_PERMIT", "2019-06-30", None, "2019-12-15"),
    ("HKM_PERMIT", "2019-07-01", 60, "2019-12-15"),
    ("TWN_PERMIT", "2019-12-31", 80, "2020-03-01"),
    ("TWN_PERMIT", "2020-01-01", 60, "2020-03-01"),
)
_ENDORSEMENTS = (("HK T 3m1", 15), ("MO Q 3m2", 30), ("HK T 1yM", 80), ("TW T 6m1", 15), ("TW T 3yM", 80))

CASES: list[Case] = [
    *(
        case(f"{kind} replaced on {on}", replace(kind), window(fee, "E1"), on=on, holds=[held(kind, until)])
        for kind, on, fee, until in _DATED
    ),
    *(
        case(f"{kind} lost on {on}", reissue(kind), window(fee, "E1"), on=on, holds=[held(kind, state="lost")])
        for kind, on, fee, _ in _DATED
    ),
    *(
        case(f"first {kind} on {on}", first(kind), window(fee, "E1", "E4", "X3"), on=on, holds=[])
        for kind, on, fee, _ in _DATED
    ),
    *(
        case(f"{sought} on {on}", sought, window(charged, "E1"), on=on)
        for sought, fee in _ENDORSEMENTS
        for on, charged in (("2017-06-30", None), ("2017-07-01", fee))
    ),
    case(
        "one-use Taiwan permit on 2017-07-01",
        first("TWN_PERMIT_ONCE"),
        window(15, "E1", "E3", "E4", "X3"),
        on="2017-07-01",
        holds=[],
    ),
    case(
        "one-use Taiwan permit on 2017-06-30",
        first("TWN_PERMIT_ONCE"),
        window(None, "E1", "E3", "E4", "X3"),
        on="2017-06-30",
        holds=[],
    ),
    *(
        case(
            f"exit-entry permit {use} on {on}",
            first("EXIT_ENTRY_PERMIT", use),
            window(fee, "E1", "E3", "E4", "X3"),
            person=who("620102"),
            on=on,
            holds=[],
        )
        for use, on, fee in (
            ("3m1", "2017-07-01", 15),
            ("1yM", "2017-07-01", 80),
            ("3m1", "2026-06-01", 15),
            ("1yM", "2026-06-01", 80),
        )
    ),
    case("Taiwan residents' permit for one entry", first("TBZ", "3m1"), window(40, "E3", "E4", "X3"), holds=[]),
    # Bands: up to a year, over one to two, over two and under three, three and over.
    *(
        case(f"band {option}", f"HK R {option}", online(fee), person=who("440305"))
        for option, fee in (("1yM", 80), ("2yM", 120), ("3yM", 240), ("4yM", 240), ("5yM", 240))
    ),
    case("band three months", "HK S 3mM", online(80)),
    case("band weekly", "MO G 1yW", online(80), person=who("440402")),
    case("band unlimited", "HK G 1yM", online(80), person=who("440305")),
    case("band three years of business", "HK S 3yM", online(240), person=who("440103")),
    # Taiwan has no bands.
    *(case(f"Taiwan multiple {option}", f"TW F {option}", online(80)) for option in ("6mM", "1yM", "2yM", "3yM")),
    # For each endorsement and each destination.
    case("two destinations", ["HK L 1y2", "MO L 1y1"], online(45)),
    case("two destinations without limit", ["HK S 1yM", "MO S 1yM"], online(160)),
    case("two destinations at a device", ["HK L 3m1", "MO L 3m1"], device(30, "E1"), person=who("540102")),
    # Unknown stays unknown, alone and in a sum.
    case("home return permit", replace("HRP"), window(None, "E3"), holds=[held("HRP", "2026-10-01")]),
    case(
        "home return permit in a sum",
        [replace("HRP"), "HK L 3m1"],
        window(None, "E3"),
        holds=[held("HRP", "2026-10-01"), held("HKM_PERMIT")],
    ),
    *(
        case(f"Taiwan residents' permit, {name}", asked, window(200, "E3", *codes), holds=holds)
        for name, asked, codes, holds in (
            ("first", first("TBZ"), ("E4", "X3"), []),
            ("replaced", replace("TBZ"), (), [held("TBZ", "2026-10-01")]),
            ("reissued", reissue("TBZ"), (), [held("TBZ", state="lost")]),
        )
    ),
    case(
        "Taiwan residents' permit lost on 2020-01-01",
        reissue("TBZ"),
        window(200, "E1", "E3"),
        on="2020-01-01",
        holds=[held("TBZ", "2022-01-01", "lost")],
    ),
    case(
        "Taiwan residents' permit lost on 2019-12-31",
        reissue("TBZ"),
        window(500, "E1", "E3"),
        on="2019-12-31",
        holds=[held("TBZ", "2022-01-01", "lost")],
    ),
]
