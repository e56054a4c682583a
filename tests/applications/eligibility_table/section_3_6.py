"""Section 3.6: the permit must outlast the endorsement; replaced on the same form it does."""

from tests.applications.eligibility_table.shapes import (
    SHORT,
    Case,
    case,
    held,
    online,
    reissue,
    replace,
    who,
    window,
)

# Asked on 2026-06-01: the endorsement, the first last day of the permit that is enough, its fee.
_ENOUGH = (
    ("HK L 3m1", "HKM_PERMIT", "2026-09-01", "2026-08-31", 15),
    ("HK L 3m2", "HKM_PERMIT", "2026-09-01", "2026-08-31", 30),
    ("HK L 1y1", "HKM_PERMIT", "2027-06-01", "2027-05-31", 15),
    ("HK G 1y2", "HKM_PERMIT", "2027-06-01", "2027-05-31", 30),
    ("MO G 1y1", "HKM_PERMIT", "2027-06-01", "2027-05-31", 15),
    ("HK T 3mM", "HKM_PERMIT", "2026-09-01", "2026-08-31", 80),
    ("HK T 1yM", "HKM_PERMIT", "2027-06-01", "2027-05-31", 80),
    ("MO S 1yM", "HKM_PERMIT", "2027-06-01", "2027-05-31", 80),
    ("MO R 3yM", "HKM_PERMIT", "2029-06-01", "2029-05-31", 240),
    ("HK R 5yM", "HKM_PERMIT", "2031-06-01", "2031-05-31", 240),
    ("HK Q 3m2", "HKM_PERMIT", "2026-09-01", "2026-08-31", 30),
    ("TW T 6m1", "TWN_PERMIT", "2026-12-01", "2026-11-30", 15),
    ("TW T 2yM", "TWN_PERMIT", "2028-06-01", "2028-05-31", 80),
    ("TW C 3yM", "TWN_PERMIT", "2029-06-01", "2029-05-31", 80),
)

CASES: list[Case] = [
    *(
        case(f"{sought}, permit until {enough}", sought, online(fee), holds=[held(kind, enough)])
        for sought, kind, enough, _, fee in _ENOUGH
    ),
    *(
        case(f"{sought}, permit until {short}", sought, window(fee, SHORT), holds=[held(kind, short)])
        for sought, kind, _, short, fee in _ENOUGH
    ),
    # Replaced on the same form: under six months left online, longer at a window.
    *(
        case(
            f"{sought} with the new permit", [replace(kind), sought], online(60 + fee), holds=[held(kind, "2026-08-15")]
        )
        for sought, kind, _, _, fee in _ENOUGH
    ),
    case(
        "eight months left, a year sought",
        [replace("HKM_PERMIT"), "HK L 1y2"],
        window(90, "E6"),
        holds=[held("HKM_PERMIT", "2027-02-01")],
    ),
    case(
        "stolen and short",
        [reissue("HKM_PERMIT", "stolen"), "HK L 1y2"],
        online(90),
        holds=[held("HKM_PERMIT", "2026-07-01", "stolen")],
    ),
    # Only the permit the endorsement stands on helps.
    case(
        "another permit replaced",
        [replace("TWN_PERMIT"), "HK L 1y2"],
        window(90, SHORT),
        holds=[held("HKM_PERMIT", "2026-12-31"), held("TWN_PERMIT", "2026-10-01")],
    ),
    case("short for one of two", ["HK L 1y1", "MO L 3m1"], window(30, SHORT), holds=[held("HKM_PERMIT", "2026-12-31")]),
    case(
        "short and outside the pilot",
        "HK L 1y1",
        window(15, "E1", SHORT),
        person=who("540102"),
        holds=[held("HKM_PERMIT", "2026-12-31")],
    ),
    # Ends of months.
    *(
        case(
            f"three months from {on}, permit until {until}",
            "HK L 3m1",
            answer,
            on=on,
            holds=[held("HKM_PERMIT", until)],
        )
        for on, until, answer in (
            ("2026-11-30", "2027-02-28", online(15)),
            ("2026-11-30", "2027-02-27", window(15, SHORT)),
            ("2027-11-30", "2028-02-29", online(15)),
            ("2027-11-30", "2028-02-28", window(15, SHORT)),
            ("2026-12-31", "2027-03-31", online(15)),
            ("2026-12-31", "2027-03-30", window(15, SHORT)),
        )
    ),
    *(
        case(f"a year from {on}, permit until {until}", "HK L 1y1", answer, on=on, holds=[held("HKM_PERMIT", until)])
        for on, until, answer in (
            ("2028-02-29", "2029-02-28", online(15)),
            ("2028-02-29", "2029-02-27", window(15, SHORT)),
        )
    ),
]
