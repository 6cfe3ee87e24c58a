"""Pictures of what was counted. They are read without colour: hatches tell kinds apart, and each bar bears its number.

Text stays text in them, so that the reader's browser shows it in a font that has the characters; none need be on the server.
"""

from __future__ import annotations

import asyncio
import io
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from bot.helpdesk.figures import Count, Day

FONTS = "system-ui, 'PingFang SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
FAMILY = "sans-serif"
INK, PAPER = "#1b2420", "#ffffff"
LOOKS = (("#1f6b4a", ""), ("#f3c98b", "////"), ("#ffffff", ""))
"""Colour and hatch of answered, refused, other: dark, hatched and white, they differ on paper without colour."""
WIDE, NARROW, HIGH, ROW, EDGE = 7.2, 4.6, 2.9, 0.3, 0.15
"""Inches."""
SIZE = 10
"""Points of a letter; a Chinese character is as wide as it is high."""
AT_MOST_BARS = 15
WEEKLY_FROM = 45
"""From so many days on, a bar is a week."""
LONGEST_LABEL = 18
"""Characters of a bar's name."""
ROOM = 1.12
"""How far an axis goes beyond its longest bar, so that the number has room."""

SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "rongce",
    "font.family": FAMILY,
    "font.size": SIZE,
    "hatch.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
_one_at_a_time = ThreadPoolExecutor(1, thread_name_prefix="charts")
"""Matplotlib's settings are the whole process's."""


async def days(counted: Sequence[Day], names: tuple[str, str, str]) -> bytes:
    """Messages a day (or a week, where there are many days) as SVG; `names` are those of answered, refused and other."""
    return await _drawn(lambda figure: _draw_days(figure, counted, names), WIDE, HIGH)


async def bars(counted: Sequence[Count]) -> bytes:
    """The most frequent of what was counted as SVG, a bar each."""
    shown = counted[:AT_MOST_BARS]
    height = 2 * EDGE + ROW * max(len(shown), 1)
    return await _drawn(lambda figure: _draw_bars(figure, shown), NARROW, height)


async def _drawn(draw: Callable[[Figure], None], width: float, height: float) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(_one_at_a_time, _to_svg, draw, width, height)


def _to_svg(draw: Callable[[Figure], None], width: float, height: float) -> bytes:
    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        # it measures with a font of this machine, which need not have the characters: nothing here hangs on that
        warnings.filterwarnings("ignore", message="Glyph .* missing from current font")
        figure = Figure(figsize=(width, height), facecolor=PAPER)
        draw(figure)
        written = io.BytesIO()
        FigureCanvasSVG(figure).print_svg(written, metadata={"Date": None, "Creator": None})
    # matplotlib quotes the one family that it names, and a browser knows no font that is called 'sans-serif'
    return written.getvalue().replace(f"'{FAMILY}'".encode(), FONTS.encode())


def _draw_days(figure: Figure, counted: Sequence[Day], names: tuple[str, str, str]) -> None:
    columns = _weeks(counted) if len(counted) >= WEEKLY_FROM else [[day] for day in counted]
    axes = _bare(figure, left=EDGE, top=0.4, bottom=0.35)
    base = [0] * len(columns)
    parts = [
        [sum(day.answered for day in column) for column in columns],
        [sum(day.refused for day in column) for column in columns],
        [sum(day.other for day in column) for column in columns],
    ]
    for numbers, name, (colour, hatch) in zip(parts, names, LOOKS, strict=True):
        axes.bar(range(len(columns)), numbers, 0.75, base, color=colour, hatch=hatch, edgecolor=INK, lw=0.6, label=name)
        base = [below + number for below, number in zip(base, numbers, strict=True)]
    for place, total in enumerate(base):
        if total:
            axes.annotate(str(total), (place, total), (0, 2), textcoords="offset points", ha="center", fontsize=8)
    every = max(1, len(columns) // 10)
    axes.set_xticks(range(0, len(columns), every))
    axes.set_xticklabels([f"{column[0].date:%m-%d}" for column in columns[::every]])
    axes.set_ylim(0, max(1, *base) * ROOM)
    axes.set_yticks([])
    above = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.3}
    axes.legend(**above, ncol=3, frameon=False, columnspacing=3.5, handlelength=2.2, handleheight=1)


def _weeks(counted: Sequence[Day]) -> list[Sequence[Day]]:
    """Seven days each, the last ending today; the first may have fewer."""
    first = len(counted) % 7
    weeks = [counted[start : start + 7] for start in range(first, len(counted), 7)]
    return [counted[:first], *weeks] if first else weeks


def _draw_bars(figure: Figure, counted: Sequence[Count]) -> None:
    names = [_short(name) for name, _ in counted]
    longest = max(map(len, names), default=0) * SIZE / 72
    axes = _bare(figure, left=longest + 2 * EDGE, top=EDGE, bottom=EDGE)
    colour, hatch = LOOKS[0]
    places = range(len(counted))
    axes.barh(places, [number for _, number in counted], 0.7, color=colour, hatch=hatch, edgecolor=INK, lw=0.6)
    for place, (_, number) in enumerate(counted):
        axes.annotate(str(number), (number, place), (4, 0), textcoords="offset points", va="center")
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)
    axes.set_yticks(places)
    axes.set_yticklabels(names)
    axes.invert_yaxis()
    axes.set_xlim(0, max([1, *(number for _, number in counted)]) * ROOM)
    axes.set_xticks([])


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[:LONGEST_LABEL]}…"


def _bare(figure: Figure, left: float, top: float, bottom: float) -> Axes:
    """Axes without a frame or ticks, since the numbers stand at the bars, with margins in inches."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((left / width, bottom / height, 1 - (left + EDGE) / width, 1 - (top + bottom) / height))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    return axes
