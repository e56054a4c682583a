"""Section 1.4: E1 to E7 and X1 to X5, each with the passing case beside the failing one, and their boundaries."""

from tests.applications.eligibility_table.shapes import (
    ALL_VALID,
    KINDS,
    Case,
    case,
    first,
    held,
    nowhere,
    online,
    reissue,
    replace,
    soon,
    want,
    who,
    window,
)

FEES = {"PASSPORT": 120, "HKM_PERMIT": 60, "TWN_PERMIT": 60}

_PASSPORT = replace("PASSPORT")
_SOON = soon("PASSPORT")

CASES: list[Case] = [
    # E1: see also sections 1.2 and 1.3.
    case("E1 met", _PASSPORT, online(120), holds=_SOON),
    case("E1 not met", _PASSPORT, window(120, "E1"), person=who("620102"), holds=_SOON),
    # E2: 16 or over on the day.
    *(
        case(
            f"E2 born {born}, asked {on}",
            _PASSPORT,
            answer,
            person=who(born=born),
            holds=[held("PASSPORT", expires)],
            on=on,
        )
        for born, on, expires, answer in (
            ("2010-06-01", "2026-06-01", "2026-10-01", online(120)),
            ("2010-06-02", "2026-06-01", "2026-10-01", window(120, "E2")),
            ("2010-05-31", "2026-06-01", "2026-10-01", online(120)),
            ("2010-12-31", "2026-12-30", "2027-02-01", window(120, "E2")),
            ("2010-12-31", "2026-12-31", "2027-02-01", online(120)),
            ("2012-02-29", "2028-02-28", "2028-05-01", window(120, "E2")),
            ("2012-02-29", "2028-02-29", "2028-05-01", online(120)),
            ("2012-03-01", "2028-02-29", "2028-05-01", window(120, "E2")),
            ("2009-03-01", "2025-02-28", "2025-05-01", window(120, "E2")),
            ("2009-03-01", "2025-03-01", "2025-05-01", online(120)),
            ("2026-01-01", "2026-06-01", "2026-10-01", window(120, "E2")),
            ("1926-06-01", "2026-06-01", "2026-10-01", online(120)),
        )
    ),
    # E3: three kinds, each replaced by the same.
    *(case(f"E3 {kind} replaced", replace(kind), online(fee), holds=soon(kind)) for kind, fee in FEES.items()),
    *(
        case(f"E3 {kind} reissued: {state}", reissue(kind, state), online(fee), holds=[held(kind, state=state)])
        for kind, fee in FEES.items()
        for state in ("lost", "stolen", "damaged")
    ),
    case("E3 one-use Taiwan permit", first("TWN_PERMIT_ONCE"), window(15, "E3", "E4", "X3"), holds=[]),
    case("E3 home return permit", replace("HRP"), window(None, "E3"), holds=soon("HRP")),
    case("E3 Taiwan residents' permit", replace("TBZ"), window(200, "E3"), holds=soon("TBZ")),
    *(
        case(f"E3 {kind} held, {other} never", replace(other), window(fee, "E4", "X3"), holds=soon(kind))
        for kind, other, fee in (
            ("PASSPORT", "HKM_PERMIT", 60),
            ("HKM_PERMIT", "TWN_PERMIT", 60),
            ("TWN_PERMIT", "PASSPORT", 120),
        )
    ),
    # E4 and X3: still valid on the day, or a window. A document is good for the whole of its last day.
    *(
        case(f"E4 {kind} expires {expires}", replace(kind), answer(fee), holds=[held(kind, expires)])
        for kind, fee in FEES.items()
        for expires, answer in (
            ("2026-06-02", online),
            ("2026-06-01", online),
            ("2026-05-31", lambda fee: window(fee, "E4", "X3")),
            ("2016-06-01", lambda fee: window(fee, "E4", "X3")),
        )
    ),
    *(
        case(
            f"E4 {kind} {state}, expired {expires}",
            reissue(kind, state),
            answer(fee),
            holds=[held(kind, expires, state)],
        )
        for kind, fee in FEES.items()
        for state in ("lost", "damaged")
        for expires, answer in (
            ("2026-06-01", online),
            ("2026-05-31", lambda fee: window(fee, "E4", "X3")),
        )
    ),
    *(
        case(
            f"E4 the valid one counts beside an expired {kind}",
            replace(kind),
            online(fee),
            holds=[held(kind, "2016-01-01"), *soon(kind)],
        )
        for kind, fee in FEES.items()
    ),
    *(case(f"X3 first {kind}", first(kind), window(fee, "E4", "X3"), holds=[]) for kind, fee in FEES.items()),
    # E5: fingerprints on file.
    *(
        case(
            f"E5 {kind}, no fingerprints",
            replace(kind),
            window(fee, "E5"),
            person=who(fingerprints=False),
            holds=soon(kind),
        )
        for kind, fee in FEES.items()
    ),
    # E6 (a): under six months left. Exactly six is not under six.
    *(
        case(f"E6 {on}, expires {expires}", _PASSPORT, answer, holds=[held("PASSPORT", expires)], on=on)
        for on, expires, answer in (
            ("2026-06-01", "2026-11-30", online(120)),
            ("2026-06-01", "2026-12-01", window(120, "E6")),
            ("2026-06-01", "2026-12-02", window(120, "E6")),
            ("2026-06-01", "2034-06-01", window(120, "E6")),
            ("2026-08-31", "2027-02-27", online(120)),
            ("2026-08-31", "2027-02-28", window(120, "E6")),
            ("2026-08-29", "2027-02-27", online(120)),
            ("2026-08-29", "2027-02-28", window(120, "E6")),
            ("2026-08-28", "2027-02-28", window(120, "E6")),
            ("2027-08-31", "2028-02-28", online(120)),
            ("2027-08-31", "2028-02-29", window(120, "E6")),
            ("2026-12-31", "2027-06-29", online(120)),
            ("2026-12-31", "2027-06-30", window(120, "E6")),
            ("2026-07-31", "2027-01-30", online(120)),
            ("2026-07-31", "2027-01-31", window(120, "E6")),
        )
    ),
    *(
        case(f"E6 {kind} with years left", replace(kind), window(fee, "E6"), holds=[held(kind)])
        for kind, fee in FEES.items()
        if kind != "PASSPORT"
    ),
    # E6 (b) and (c): damaged, lost or stolen, with years left, under either category (Passport Law article 11).
    case(
        "E6 damaged, replaced", replace("PASSPORT", "damaged"), online(120), holds=[held("PASSPORT", state="damaged")]
    ),
    case("E6 lost with years left", reissue("PASSPORT", "lost"), online(120), holds=[held("PASSPORT", state="lost")]),
    # E6 (d): a passport's pages; a card has none.
    case("E6 pages used", replace("PASSPORT", "pages_used"), online(120), holds=[held("PASSPORT", pages_used=True)]),
    case("E6 pages left", replace("PASSPORT", "pages_used"), window(120, "E6"), holds=[held("PASSPORT")]),
    *(
        case(
            f"E6 pages of a {kind}", replace(kind, "pages_used"), window(60, "E6"), holds=[held(kind, pages_used=True)]
        )
        for kind in ("HKM_PERMIT", "TWN_PERMIT")
    ),
    *(
        case(
            f"E6 pages of a {kind} are no trigger, asked as {reason or 'nothing'}",
            replace(kind, reason),
            window(60, "E6"),
            holds=[held(kind, pages_used=True)],
        )
        for kind in ("HKM_PERMIT", "TWN_PERMIT")
        for reason in ("expiring", None)
    ),
    # 2.2: pages and lapse are replacements, loss and theft reissues; damage may be either.
    *(
        case(f"2.2 {name}", asked, window(120, "E6"), holds=holds)
        for name, asked, holds in (
            ("reissue, expiring", reissue("PASSPORT", "expiring"), _SOON),
            ("reissue, pages used", reissue("PASSPORT", "pages_used"), [held("PASSPORT", pages_used=True)]),
            ("reissue without a reason", reissue("PASSPORT", None), _SOON),
            ("replace, lost", replace("PASSPORT", "lost"), [held("PASSPORT", state="lost")]),
            ("replace, stolen", replace("PASSPORT", "stolen"), [held("PASSPORT", state="stolen")]),
        )
    ),
    case("2.2 reissue, damaged", reissue("PASSPORT", "damaged"), online(120), holds=[held("PASSPORT")]),
    *(
        case(
            f"2.2 reissue by the state, {state}",
            reissue("PASSPORT", None),
            online(120),
            holds=[held("PASSPORT", state=state)],
        )
        for state in ("lost", "stolen", "damaged")
    ),
    # The trigger is looked for on the document that ends: the valid one that lasts longest.
    *(
        case(f"E6 beside a {state} one, years left", _PASSPORT, window(120, "E6"), holds=[one, held("PASSPORT")])
        for state, one in (
            ("lost", held("PASSPORT", state="lost")),
            ("damaged", held("PASSPORT", "2027-01-01", "damaged")),
            ("full", held("PASSPORT", "2027-01-01", pages_used=True)),
        )
    ),
    # One document of a kind on one form.
    *(
        case(f"twice {kind}, {name}", [replace(kind), asked], nowhere("document_twice"), holds=soon(kind))
        for kind in FEES
        for name, asked in (("alike", replace(kind)), ("for another reason", replace(kind, "damaged")))
    ),
    # Annotation is for passports, free of charge.
    case("2.2 annotated passport", want("PASSPORT", "annotate", "former_name"), window(0, "annotation")),
    *(
        case(f"2.2 annotated {kind}", want(kind, "annotate", "former_name"), nowhere("annotation_unknown"))
        for kind in ("HKM_PERMIT", "TWN_PERMIT")
    ),
    case("nothing asked for", [], nowhere("nothing_asked")),
    # E7, X4: nowhere, for as long as it lasts.
    *(
        case(f"{code} {kind}", replace(kind), nowhere(code), person=who(**fact), holds=soon(kind))
        for kind in KINDS
        for code, fact in (("E7", {"in_mainland": False}), ("X4", {"exit_barred": True}))
    ),
    # X1, X2: a window, with the unit's consent.
    *(
        case(f"{code} {kind}", replace(kind), window(fee, code), person=who(**fact), holds=soon(kind))
        for kind, fee in FEES.items()
        for code, fact in (("X1", {"state_employee": True}), ("X2", {"military": True}))
    ),
    # X5: another name, sex, number or birth is none of the four triggers online.
    *(
        case(f"X5 {kind}", replace(kind, "identity_changed"), window(fee, "X5"), holds=ALL_VALID)
        for kind, fee in FEES.items()
    ),
    *(
        case(f"X5 called {called}", replace("PASSPORT", called), window(120, "X5"), holds=_SOON)
        for called in (
            "name",
            "renamed",
            "sex",
            "gender",
            "birth_date",
            "birthplace",
            "id_number",
            "ID number changed",
            "citizen number changed",
            "姓名变更",
            "身份证号变更",
        )
    ),
    *(
        case(f"E6 called {called}", replace("PASSPORT", called), online(120), holds=_SOON)
        for called in ("under_six_months", "validity under 6 months", "expires soon", "有效期不足6个月")
    ),
    case("X5 with a month left", replace("PASSPORT", "identity_changed"), window(120, "X5"), holds=_SOON),
    # Several at once: every reason is told.
    *(
        case(f"together {' '.join(codes)}", _PASSPORT, window(120, *codes), person=who(hukou, **facts), holds=holds)
        for codes, hukou, facts, holds in (
            (("E1", "E2"), "540102", {"born": "2015-01-01"}, _SOON),
            (("E2", "E5"), "110101", {"born": "2015-01-01", "fingerprints": False}, _SOON),
            (("E1", "X1"), "540102", {"state_employee": True}, _SOON),
            (("X1", "X2"), "110101", {"state_employee": True, "military": True}, _SOON),
            (("E5", "E6"), "110101", {"fingerprints": False}, [held("PASSPORT")]),
            (
                ("E1", "E2", "E5", "X1", "X2"),
                "540102",
                {"born": "2015-01-01", "fingerprints": False, "state_employee": True, "military": True},
                _SOON,
            ),
            (("E4", "E5", "X3"), "110101", {"fingerprints": False}, []),
            (("E1", "E4", "X3"), "540102", {}, [held("PASSPORT", "2026-01-01")]),
        )
    ),
    case("together E1 E7", _PASSPORT, nowhere("E1", "E7"), person=who("540102", in_mainland=False), holds=_SOON),
    case(
        "together E7 X4", _PASSPORT, nowhere("E7", "X4"), person=who(in_mainland=False, exit_barred=True), holds=_SOON
    ),
    case(
        "together E2 X4", _PASSPORT, nowhere("E2", "X4"), person=who(born="2015-01-01", exit_barred=True), holds=_SOON
    ),
]
