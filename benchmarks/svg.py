"""Plots as SVG, with the pages' colours and fonts: light or dark as the reader has it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from config.look import look

Points = Sequence[tuple[float, float]]

_WIDTH, _LINE = 640, 20
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 40, 64, 52  # margins of a plot with axes
_HEIGHT = 360
_NAMES, _VALUES = 230, 80  # widths of what stands on both sides of bars
_HEAD, _ROW, _BAR = 42, 34, 16  # heights of the title, and of a bar with and without its space


def bars(title: str, values: Mapping[str, float], chosen: str) -> str:
    """Draw a bar for each value, from zero; the names that begin with `chosen` stand out."""
    room = (_WIDTH - _NAMES - _VALUES) / max(values.values())
    height = _HEAD + _ROW * len(values)
    rows = [
        _bar(_HEAD + _ROW * place, name, value, room, is_chosen=name.startswith(chosen))
        for place, (name, value) in enumerate(values.items())
    ]
    said = "; ".join(f"{name}: {_number(value)}" for name, value in values.items())
    return _svg(title, said, height, rows)


def lines(title: str, x: str, y: str, series: Mapping[str, Points]) -> str:
    """Draw lines through points, both axes logarithmic; the first line stands out."""
    every = [point for points in series.values() for point in points]
    across = _Axis([point[0] for point in every], _LEFT, _WIDTH - _RIGHT)
    upward = _Axis([point[1] for point in every], _HEIGHT - _BOTTOM, _TOP)
    marks = [*_grid(across, upward), *_names(x, y)]
    for place, (name, points) in enumerate(series.items()):
        at = [(across.at(first), upward.at(second)) for first, second in points]
        marks += _line(name, at, "chosen" if place == 0 else "other")
    said = "; ".join(
        f"{name}: " + ", ".join(f"{_number(first)} → {_number(second)}" for first, second in points)
        for name, points in series.items()
    )
    return _svg(title, f"{y} by {x}. {said}", _HEIGHT, marks)


@dataclass(frozen=True, slots=True)
class _Axis:
    """A logarithmic axis from pixel `start` to `end`, over whole parts of a decade."""

    values: Sequence[float]
    start: float
    end: float

    @property
    def ticks(self) -> list[float]:
        """The values with a line and a number: 1, 2 and 5 of each decade, or 1 alone."""
        low, high = min(self.values), max(self.values)
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        fine = [step * 10.0**decade for decade in decades for step in (1, 2, 5)]
        steps = fine if math.log10(high / low) < 2 else [10.0**decade for decade in decades]  # noqa: PLR2004 - decades
        first = max((it for it in steps if it <= low), default=steps[0])
        last = min((it for it in steps if it >= high), default=steps[-1])
        return [it for it in steps if first <= it <= last]

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high = math.log10(self.ticks[0]), math.log10(self.ticks[-1])
        share = (math.log10(value) - low) / (high - low or 1)
        return self.start + share * (self.end - self.start)


def _bar(top: float, name: str, value: float, room: float, *, is_chosen: bool) -> str:
    width, middle = max(value * room, 1), top + _BAR / 2 + 5
    kind = "chosen" if is_chosen else "other"
    return (
        f'<text x="{_NAMES - 12}" y="{middle:.0f}" class="end">{escape(name)}</text>'
        f'<rect x="{_NAMES}" y="{top}" width="{width:.1f}" height="{_BAR}" class="{kind}"/>'
        f'<text x="{_NAMES + width + 8:.1f}" y="{middle:.0f}">{_number(value)}</text>'
    )


def _grid(across: _Axis, upward: _Axis) -> Iterator[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for value in across.ticks:
        x = across.at(value)
        yield f'<path d="M{x:.1f} {_TOP}V{bottom}" class="rule"/>'
        yield f'<text x="{x:.1f}" y="{bottom + _LINE}" class="middle">{_number(value)}</text>'
    for value in upward.ticks:
        y = upward.at(value)
        yield f'<path d="M{_LEFT} {y:.1f}H{right}" class="rule"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 5:.1f}" class="end">{_number(value)}</text>'


def _names(x: str, y: str) -> Iterator[str]:
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield f'<text x="{middle}" y="{_HEIGHT - 10}" class="middle">{escape(x)}</text>'
    yield f'<text x="{_LEFT - 8}" y="{_TOP - 14}">{escape(y)}</text>'


def _line(name: str, at: Points, kind: str) -> Iterator[str]:
    """Draw a line, its points and, above its end, its name."""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
    yield f'<path d="M{path}" class="line {kind}"/>'
    for x, y in at:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" class="{kind}"/>'
    x, y = at[-1]
    yield f'<text x="{x:.1f}" y="{y - 12:.1f}" class="end">{escape(name)}</text>'


def _number(value: float) -> str:
    """Write a number with three digits or more: 0.45, 12, 10,648."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"  # noqa: PLR2004 - two digits


def _svg(title: str, description: str, height: float, marks: Sequence[str]) -> str:
    body = "\n".join(marks)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" \
height="{height}" role="img" aria-labelledby="title description">
<title id="title">{escape(title)}</title>
<desc id="description">{escape(description)}</desc>
<style>
{_style()}
</style>
<text x="0" y="18" class="title">{escape(title)}</text>
{body}
</svg>
"""


def _style() -> str:
    light, dark = look().light, look().dark
    return f"""\
text {{ font: 14px {light["sans"]}; fill: {light["quiet"]} }}
.title {{ font: 600 17px {light["serif"]}; fill: {light["ink"]} }}
.middle {{ text-anchor: middle }}
.end {{ text-anchor: end }}
.rule {{ stroke: {light["rule"]} }}
.chosen {{ fill: {light["press"]}; stroke: {light["press"]} }}
.other {{ fill: {light["edge"]}; stroke: {light["edge"]} }}
.line {{ fill: none; stroke-width: 2 }}
rect, circle {{ stroke-width: 0 }}
@media (prefers-color-scheme: dark) {{
text {{ fill: {dark["quiet"]} }}
.title {{ fill: {dark["ink"]} }}
.rule {{ stroke: {dark["rule"]} }}
.chosen {{ fill: {dark["press"]}; stroke: {dark["press"]} }}
.other {{ fill: {dark["edge"]}; stroke: {dark["edge"]} }}
.line {{ fill: none }}
}}"""
