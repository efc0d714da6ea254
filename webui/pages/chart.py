"""Lines over the years as a drawing. Here are the places, in units of its own; `chart.html` writes SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 820
HEIGHT: Final = 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 590, 16, 322
_APART: Final = 17
_TICKS: Final = 5
_LONGEST: Final = 24
_YEARS_APART: Final = 44

MARKERS: Final = (
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
    "M-3.2-3.2h6.4v6.4h-6.4z",
    "M0-4.4L4.2 3.4h-8.4z",
    "M0-4.8L4.4 0L0 4.8L-4.4 0z",
    "M0 4.4L4.2-3.4h-8.4z",
    "M-1.3-4.4h2.6v3.1h3.1v2.6h-3.1v3.1h-2.6v-3.1h-3.1v-2.6h3.1z",
    "M-4.4-1.8h8.8v3.6h-8.8z",
    "M-1.8-4.4h3.6v8.8h-3.6z",
)
"""A shape for each line, around its middle: lines are told apart by it, by dashes and by their labels."""


class Value(Struct, frozen=True):
    """A value of a line: its year, how high it is, what it says in words, and where it leads."""

    year: int
    height: float
    text: str
    url: str


class Point(Struct, frozen=True):
    """A value in its place."""

    x: float
    y: float
    text: str
    url: str


class Curve(Struct, frozen=True, kw_only=True):
    """A line: its number from 1, which says how it looks, its points, and its label with its place."""

    number: int
    points: tuple[Point, ...]
    path: str
    marker: str
    label: str
    label_x: float
    label_y: float
    leader: str


class Tick(Struct, frozen=True):
    """A mark of an axis: where it is, and what stands there."""

    place: float
    text: str


class Chart(Struct, frozen=True, kw_only=True):
    """All that is drawn."""

    curves: tuple[Curve, ...]
    across: tuple[Tick, ...]
    upward: tuple[Tick, ...]
    left: float = _LEFT
    right: float = _RIGHT
    top: float = _TOP
    bottom: float = _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def chart(lines: Sequence[tuple[str, Sequence[Value]]], unit: str = "") -> Chart | None:
    """Return the drawing of lines, each a label and its values of the same years in order; None without any.

    `unit` stands behind the numbers of the axis.
    """
    years = [value.year for value in lines[0][1]] if lines else []
    if not years:
        return None
    highest = max(value.height for _, values in lines for value in values)
    step = _step(highest)
    ceiling = max(step, -(-highest // step) * step)
    across = (_RIGHT - _LEFT) / max(len(years) - 1, 1)

    def x_of(year: int) -> float:
        return round(_LEFT + (year - years[0]) * across, 1)

    def y_of(height: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * height / ceiling, 1)

    ends = _spread([y_of(values[-1].height) for _, values in lines])
    curves = tuple(
        _curve(
            number,
            label,
            tuple(Point(x_of(each.year), y_of(each.height), each.text, each.url) for each in values),
            ends[number - 1],
        )
        for number, (label, values) in enumerate(lines, 1)
    )
    rise = range(round(ceiling / step) + 1)
    return Chart(
        curves=curves,
        across=tuple(Tick(x_of(year), str(year)) for year in _shown_years(years, across)),
        upward=tuple(Tick(y_of(n * step), f"{n * step:,g}{unit}") for n in rise),
    )


def _curve(number: int, label: str, points: tuple[Point, ...], end: float) -> Curve:
    last = points[-1]
    return Curve(
        number=number,
        points=points,
        path="M" + "L".join(f"{point.x} {point.y}" for point in points),
        marker=MARKERS[(number - 1) % len(MARKERS)],
        label=label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}",
        label_x=_RIGHT + 20,
        label_y=end,
        leader=f"M{last.x + 6} {last.y}L{_RIGHT + 16} {end}",
    )


def _step(highest: float) -> float:
    """Return a round distance of marks, 1, 2 or 5 times a power of ten, so that there are at most so many."""
    step = 1.0
    while 0 < highest / step <= _TICKS / 10:
        step /= 10
    factors = (2.0, 2.5, 2.0)
    place = 0
    while highest / step > _TICKS:
        step *= factors[place % 3]
        place += 1
    return step


def _spread(places: Sequence[float]) -> list[float]:
    """Return where labels stand so that none hides another, each as near to its place as may be."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    found = list(places)
    lowest = _TOP + 4.0
    for n in order:
        found[n] = max(found[n], lowest)
        lowest = found[n] + _APART
    highest = float(_BOTTOM)
    for n in reversed(order):
        found[n] = round(min(found[n], highest), 1)
        highest = found[n] - _APART
    return found


def _shown_years(years: Sequence[int], across: float) -> list[int]:
    """Return the years that are written below: the last, and others in steps that leave room for each."""
    step = next((each for each in (1, 2, 5, 10, 20, 50) if each * across >= _YEARS_APART), 100)
    last = years[-1]
    shown = [year for year in years if year % step == 0 and (last - year) * across >= _YEARS_APART]
    return [*shown, last]
