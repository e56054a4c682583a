"""What a benchmark reports, and how ours and a floor are measured fairly: in turn, in pairs."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

PAIRS = 5


@dataclass(frozen=True)
class Spent:
    """So many operations, the seconds they lasted, the seconds of processor time they took."""

    count: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Operations a second."""
        return self.count / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds of one operation."""
        return self.cpu * 1000 / self.count

    def __add__(self, other: "Spent") -> "Spent":
        """Both together."""
        return Spent(self.count + other.count, self.seconds + other.seconds, self.cpu + other.cpu)


@dataclass(frozen=True)
class Figures:
    """One result: operations a second (`unit`) and processor time of one, ours and the floor's.

    `ratio` compares the operations a second, `ratio_cpu` the processor time: what one of the floor takes, of what one
    of ours takes. Both are medians over the pairs. `gate` is the ratio to reach, `most_queries` the queries allowed.
    """

    ours: float
    floor: float
    ratio: float
    ratio_cpu: float
    unit: str
    cpu_ms: float
    floor_cpu_ms: float
    pairs: int
    gate: float | None
    queries: int | None
    most_queries: int | None


def compare(
    ours: Callable[[], Spent],
    floor: Callable[[], Spent],
    *,
    gate: float | None = None,
    queries: int | None = None,
    most_queries: int | None = None,
) -> Figures:
    """Measure both in turn, once to warm up and then in pairs."""
    ours(), floor()
    results = [(ours(), floor()) for _ in range(PAIRS)]

    def median(of: Callable[[Spent, Spent], float], digits: int) -> float:
        return round(statistics.median(of(own, bare) for own, bare in results), digits)

    return Figures(
        ours=median(lambda own, _: own.rate, 1),
        floor=median(lambda _, bare: bare.rate, 1),
        ratio=median(lambda own, bare: own.rate / bare.rate, 3),
        ratio_cpu=median(lambda own, bare: bare.cpu_ms / own.cpu_ms, 3),
        unit="1/s",
        cpu_ms=median(lambda own, _: own.cpu_ms, 3),
        floor_cpu_ms=median(lambda _, bare: bare.cpu_ms, 3),
        pairs=PAIRS,
        gate=gate,
        queries=queries,
        most_queries=most_queries,
    )


def here(act: Callable[[], object], rounds: int) -> Callable[[], Spent]:
    """Return what does something in this process, so many times."""

    def run() -> Spent:
        cpu, began = time.process_time(), time.perf_counter()
        for _ in range(rounds):
            act()
        return Spent(rounds, time.perf_counter() - began, time.process_time() - cpu)

    return run
