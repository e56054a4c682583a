"""Charts as numbers for SVG: bars and a line on a common scale, drawn without any style of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

NICE = (1, 2, 5)
GRID_LINES = 4


@dataclass(frozen=True)
class Bar:
    """One bar in the units of its drawing."""

    x: str
    y: str
    width: str
    height: str
    is_last: bool
    label_x: str
    label: str


@dataclass(frozen=True)
class Line:
    """One line of the grid with its figure."""

    y: str
    text_y: str
    figure: str


@dataclass(frozen=True)
class Chart:
    """Bars of this year, a dashed line of the year before, the grid behind them."""

    width: int
    height: int
    left: int
    right: int
    bars: Sequence[Bar]
    before: str
    grid: Sequence[Line]


def nice_top(most: int) -> int:
    """Return the end of a scale that holds `most` and divides into four whole steps."""
    step = 1
    while step * GRID_LINES < most:
        power = 10 ** (len(str(step)) - 1)
        step = next((n * power for n in (*NICE, 10) if n * power > step), step * 10)
    return step * GRID_LINES


def year(months: Sequence[tuple[date, int, int]], *, width: int, height: int, every: int = 1) -> Chart:
    """Return twelve months as bars with the year before as a line; every n-th month, and the last, is labelled."""
    left, right, top, bottom = 52, 12, 16, 34
    ground = height - bottom
    room = (width - left - right) / len(months)
    end = nice_top(max([1, *(n for _month, n, _before in months), *(before for _month, _n, before in months)]))

    def y(n: float) -> float:
        return ground - (ground - top) * n / end

    bars: list[Bar] = []
    points: list[str] = []
    for at, (month, n, before) in enumerate(months):
        middle = left + room * (at + 0.5)
        is_last = at == len(months) - 1
        is_labelled = is_last or ((len(months) - 1 - at) % every == 0)
        bars.append(
            Bar(
                x=f"{middle - room * 0.32:.1f}",
                y=f"{y(n):.1f}",
                width=f"{room * 0.64:.1f}",
                height=f"{ground - y(n):.1f}",
                is_last=is_last,
                label_x=f"{middle:.1f}",
                label=str(month.month) if is_labelled else "",
            )
        )
        # The line begins with the first month there is anything of: before it nothing was counted.
        if points or before:
            points.append(f"{middle:.1f} {y(before):.1f}")
    grid = [
        Line(
            f"{y(end * part / GRID_LINES):.1f}",
            f"{y(end * part / GRID_LINES) + 5:.1f}",
            f"{end * part // GRID_LINES:,}",
        )
        for part in range(GRID_LINES + 1)
    ]
    return Chart(width, height, left, width - right, bars, "M" + "L".join(points) if points else "", grid)


def small(months: Sequence[tuple[date, int, int]]) -> list[Bar]:
    """Return twelve months as small bars in a field of 240 by 66."""
    most = max([1, *(n for _month, n, _before in months)])
    return [
        Bar(
            x=f"{2 + at * 20}",
            y=f"{64 - 56 * n / most:.1f}",
            width="16",
            height=f"{56 * n / most:.1f}",
            is_last=at == len(months) - 1,
            label_x="",
            label="",
        )
        for at, (_month, n, _before) in enumerate(months)
    ]


def share(n: int, most: int) -> str:
    """Return the length of a bar in a field 120 wide."""
    return f"{120 * n / most:.1f}" if most else "0"
