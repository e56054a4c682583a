"""What a benchmark reports, and how a pair of callables is measured fairly."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """One result: operations a second of ours and of the floor, their ratio, cost of one operation."""

    ours: float
    floor: float
    ratio: float
    unit: str
    pairs: int
    cpu_ms: float
    queries: int | None


def compare(  # noqa: PLR0913 - what is measured, and how often
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    pairs: int = 5,
    rounds: int = 100,
    queries: int | None = None,
    prepare: Callable[[], object] | None = None,
) -> Figures:
    """Measure both in turn, `rounds` operations each, and return medians over the pairs.

    `prepare` lays out what one round of ours uses up; its time is not counted.
    """
    for warm in (ours, floor):
        for _ in range(max(1, rounds // 10)):
            if prepare and warm is ours:
                prepare()
            warm()
    results = [(_rate(ours, rounds, prepare), _rate(floor, rounds)) for _ in range(pairs)]
    return Figures(
        ours=round(statistics.median(own[0] for own, _ in results), 1),
        floor=round(statistics.median(bare[0] for _, bare in results), 1),
        ratio=round(statistics.median(own[0] / bare[0] for own, bare in results), 3),
        unit="operations/s",
        pairs=pairs,
        cpu_ms=round(statistics.median(own[1] for own, _ in results), 3),
        queries=queries,
    )


def _rate(act: Callable[[], object], rounds: int, prepare: Callable[[], object] | None = None) -> tuple[float, float]:
    """Return operations a second and processor milliseconds of one."""
    lasted = used = 0.0
    for _ in range(rounds):
        if prepare:
            prepare()
        cpu, began = time.process_time(), time.perf_counter()
        act()
        lasted += time.perf_counter() - began
        used += time.process_time() - cpu
    return rounds / lasted, used * 1000 / rounds
