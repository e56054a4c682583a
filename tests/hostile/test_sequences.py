"""Random sequences of requests: the form answered in any order, edited, replayed, out of date, by two people at once.

Whatever they send, no application comes to be that the rules refuse on what is known at that moment.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal.common import clock
from tests.factories import cases, papers
from tests.factories.register import speaking
from tests.hostile.town import CHANGES, SCOPES, START, STATEMENT, found
from tests.hostile.visits import Plan, Visit

# The long count comes in shares, so that two processes can work at it.
QUICK, LONG, SHARES = 200, 2_000, 4
KINDS = ("PASSPORT", "HKM_PERMIT", "TWN_PERMIT", "HK", "MO", "TW")
REASONS = ("expiring", "damaged", "lost", "stolen", "pages_used")
LETTERS = ("L", "G", "T", "S", "D", "R", "Q", "F")
OPTIONS = ("3m1", "3m2", "1y1", "1y2", "3mM", "1yM", "1yW", "6m1", "5yM")
PLACES = st.sampled_from(("hk", "mo", "tw"))
DOOR, WHICH, WHO = st.integers(0, 3), st.integers(0, 11), st.integers(0, 1)
CHANGE = st.sampled_from((None, *CHANGES))


def post(slug: st.SearchStrategy[str] | str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    slugs = st.just(slug) if isinstance(slug, str) else slug
    return st.tuples(slugs, st.fixed_dictionaries(dict(fields)))


# A page and what is typed on it; {me} stands for the name of whoever types.
PAGES = st.one_of(
    post("documents", kinds=st.lists(st.sampled_from((*KINDS, "HRP")), max_size=4, unique=True)),
    post(
        st.sampled_from(("reason-passport", "reason-hkm-permit", "reason-twn-permit")),
        reason=st.sampled_from((*REASONS, "identity_changed", "first", "")),
        statement=st.sampled_from((STATEMENT, "丢了")),
    ),
    post(PLACES.map("endorse-{}".format), letter=st.sampled_from((*LETTERS, ""))),
    post(PLACES.map("option-{}".format), option=st.sampled_from((*OPTIONS, "9y9"))),
    post(
        "personal",
        address=st.sampled_from(("示范市样例区{me}路 1 号", "{me}")),
        employer=st.just("样例有限公司"),
        identity=st.sampled_from(("other", "other", "state_employee", "military", "officer")),
        identity_changed=st.sampled_from(("no", "no", "no", "yes", "")),
    ),
    post("name", spelled=st.sampled_from((True, True, False)), confirmed=st.just("on")),
    post(
        "contact",
        phone=st.just(cases.PHONE),
        emergency_name=st.just("李样本"),
        emergency_phone=st.sampled_from(("13800000002", cases.PHONE)),
    ),
    post("delivery", method=st.sampled_from(("pickup", "courier")), recipient=st.just("{me}")),
    post(st.sampled_from(("photo", "signature", "discard", "check", "nothing"))),
)
PLANS: tuple[Plan, ...] = (
    ({"PASSPORT": "expiring"}, {}),
    ({"PASSPORT": "damaged"}, {"HK": ("L", "3m1")}),
    ({"PASSPORT": "lost", "TWN_PERMIT": "expiring"}, {"TW": ("T", "6m1")}),
    ({"HKM_PERMIT": "expiring"}, {"HK": ("G", "1y2"), "MO": ("G", "1y1")}),
    ({"HKM_PERMIT": "stolen"}, {"HK": ("T", "1yM")}),
    ({"HKM_PERMIT": "damaged", "PASSPORT": "pages_used", "TWN_PERMIT": "damaged"}, {}),
    ({}, {"HK": ("L", "1y1"), "MO": ("L", "3m1")}),
    ({}, {"HK": ("T", "1yM"), "MO": ("G", "1y1")}),
    ({}, {"TW": ("T", "6m1")}),
)

# One act: its name among those of a visit, and what it is done with.
Act = tuple[str, dict[str, Any]]


def act(does: Callable[..., None], **drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    return st.tuples(st.just(does.__name__), st.fixed_dictionaries(dict(drawn)))


ANSWER = act(Visit.answer, door=DOOR, which=WHICH, page=PAGES, is_later=st.sampled_from((False, False, True)))
MEND = act(
    Visit.mend,
    door=DOOR,
    which=WHICH,
    code=st.sampled_from(("C06", "C06", "C04", "C08", "")),
    reason=st.sampled_from(("", "", *REASONS)),
    is_sworn=st.booleans(),
)
WANTED: dict[str, st.SearchStrategy[Any]] = {"door": DOOR, "which": WHICH, "plan": st.sampled_from(PLANS)}
ASK_FOR = act(Visit.ask_for, **WANTED, filed_at=st.sampled_from((None, None, 0, 0, 1, 2)))
DECLARED = st.sampled_from((*[("agreed", "loss_sworn")] * 5, ("agreed",), ()))
SILENT = st.sampled_from((True, *[False] * 7))
FILE = act(Visit.file, door=DOOR, which=WHICH, declared=DECLARED, is_silent=SILENT)
REPLAY = act(Visit.replay, door=DOOR, which=st.integers(0, 99))
HEAR = act(Visit.hear_otherwise, who=WHO, change=CHANGE)
READ = act(
    Visit.read,
    door=DOOR,
    which=WHICH,
    slug=st.sampled_from(("", "check/", "filed/", "documents/", "option-hk/", "personal/")),
    is_silent=SILENT,
)
HAND_IN = act(
    # Of the two, the second has a card for endorsements, and no register that answers for all their papers.
    Visit.hand_in,
    door=st.sampled_from((2, 3)),
    which=WHICH,
    trip=st.sampled_from((("MO", "T", "3m1"), ("HK", "S", "3m1"), ("HK", "Q", "3m1"))),
    data=st.sampled_from((papers.pdf(), papers.pdf(), b"only words")),
    is_scanned=st.sampled_from((True, True, False)),
)
# What happens often stands here often.
ACT = st.one_of(
    *[FILE] * 5,
    *[ANSWER] * 3,
    *[ASK_FOR] * 3,
    *[HEAR] * 2,
    *[MEND] * 3,
    *[REPLAY] * 2,
    *[HAND_IN] * 2,
    READ,
    # Over the second cities, the birthday, and the last days of documents and endorsements.
    act(Visit.wait, days=st.sampled_from((1, 2, 2, 30, 61, 121))),
    act(Visit.change_scope, what=st.sampled_from(tuple(SCOPES))),
    act(Visit.end_there, who=WHO, which=st.integers(0, 2)),
    act(Visit.start_anew, door=DOOR, is_thrown_away=st.booleans()),
    act(Visit.withdraw, door=DOOR, which=WHICH),
    act(Visit.change_hands, door=DOOR, which=WHICH, page=PAGES),
)
# Half of the sequences go on from a form that somebody has just sent off.
NOTHING: st.SearchStrategy[list[Act]] = st.just([])
BEGUN = st.one_of(NOTHING, st.tuples(act(Visit.ask_for, **WANTED, filed_at=st.just(0))).map(list))
ACTS = st.tuples(BEGUN, st.lists(ACT, min_size=3, max_size=9)).map(lambda parts: [*parts[0], *parts[1]])


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Counter[str]]:
    """Run so many sequences; returns how many there were, and what happened in them."""
    with clock.set_to(START):
        town = found()
    spoken = speaking(monkeypatch, *town.records)
    seen: Counter[str] = Counter()

    def sequences(count: int) -> Counter[str]:
        # A failing sequence is printed as it is: making it shorter takes minutes. The short count is the same every
        # time; the long one is another on every run and in every share.
        @hypothesis_settings(
            max_examples=count,
            deadline=None,
            database=None,
            derandomize=count == QUICK,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(who=WHO, change=st.sampled_from((*[None] * len(CHANGES), *CHANGES)), acts=ACTS)
        def check(who: int, change: str | None, acts: Sequence[Act]) -> None:
            with transaction.atomic():
                visit = Visit(town, spoken, seen)
                visit.hear_otherwise(who, change)
                for name, values in acts:
                    getattr(visit, name)(**values)
                transaction.set_rollback(True)
            seen["sequences"] += 1

        check()
        return seen

    return sequences


# Why the rules refused somebody who was about to file; what a share draws is left to chance.
REFUSED, MOST_OF_THEM = {"E1", "E2", "E3", "E4", "E5", "E6", "E7", "X1", "X2", "X4"}, 7


def test_no_sequence_of_requests_files_what_the_rules_refuse(run: Callable[[int], Counter[str]]) -> None:
    seen = run(QUICK)
    # Were one of these never to happen, the sequences would show nothing of it.
    assert {
        "filed",
        "filed with endorsement",
        "handed in again",
        "papers scanned",
        "replayed",
        "scope changed",
        "sent after filing",
    } <= {what for what, count in seen.items() if count}
    assert seen["sequences"] == QUICK


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_none_of_two_thousand_sequences_files_what_the_rules_refuse(
    share: int, run: Callable[[int], Counter[str]], record_property: Callable[[str, object], None]
) -> None:
    seen = run(LONG // SHARES)
    assert len(REFUSED & seen.keys()) >= MOST_OF_THEM
    record_property("sequences of requests", seen["sequences"])
    for what in ("applications filed", "handed in again", "papers scanned", "scope changed"):
        record_property(f"{what} in them", seen[what.removeprefix("applications ")])
