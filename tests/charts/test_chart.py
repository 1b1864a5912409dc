"""Charts: whole, titled, with units; the same numbers in words; a picture on any machine."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from bot.charts import png, svg
from bot.charts.chart import MOST_SAID, Chart, Series, words

DAYS = tuple(f"Mon {n}" for n in range(1, 15))
NAMESPACE = "{http://www.w3.org/2000/svg}"


def chart(*values: float | None, title: str = "Opened and resolved") -> Chart:
    return Chart(title, "tickets per day", DAYS[: len(values)], (Series("Opened", values),))


def said(drawn: str) -> list[str]:
    """The words of a drawing."""
    return [each.text or "" for each in ET.fromstring(drawn).iter(f"{NAMESPACE}text")]


def test_there_is_none_without_title_or_unit_or_with_a_value_too_few() -> None:
    for title, unit, values in (("", "tickets", (1,)), ("A", " ", (1,)), ("A", "b", ())):
        with pytest.raises(ValueError):
            Chart(title, unit, ("Mon",), (Series("Opened", values),))


@pytest.mark.parametrize(
    "values", [(0,), (1, 2, 3), (None, 0, 5), (1_000_000, 2), (0.4, 12.25), tuple(range(14))]
)
def test_title_unit_and_every_bar_stand_inside_of_the_card(
    values: tuple[float | None, ...],
) -> None:
    drawn = svg.drawn(chart(*values))
    assert "Opened and resolved" in said(drawn)
    assert "in tickets per day" in said(drawn)
    for bar in ET.fromstring(drawn).iter(f"{NAMESPACE}rect"):
        x, y = float(bar.get("x", 0)), float(bar.get("y", 0))
        right, low = x + float(bar.get("width", 0)), y + float(bar.get("height", 0))
        assert min(x, y) >= 0
        assert right <= svg.WIDTH
        assert low <= svg.HEIGHT


def test_what_people_call_things_is_words_and_shortened() -> None:
    drawn = svg.drawn(chart(1, title='<script>"&' + "x" * 100))
    assert said(drawn)[0].startswith('<script>"&xxx')
    assert said(drawn)[0].endswith("…")


def test_the_words_hold_the_same_numbers() -> None:
    assert words(chart(3, None, 1.25)) == (
        "Opened and resolved, in tickets per day. Opened: Mon 1: 3, Mon 3: 1.2, Mon 2: not known."
    )
    assert words(chart(0, 4, 0)).endswith("Opened: Mon 2: 4, otherwise 0.")
    assert words(chart(0, 0)).endswith("Opened: always 0.")
    long = Chart("A", "b", DAYS * 40, (Series("c", (1,) * 560),))
    assert len(words(long)) <= MOST_SAID


def test_the_picture_has_letters_where_no_font_is_installed() -> None:
    full, blank = (
        png.picture(chart(1, title=title)) for title in ("MMMMMMMMMMMMMMMMMMMMMMMM", ".")
    )
    assert full.startswith(b"\x89PNG")
    assert len(full) > len(blank) + 300
    width, height = (int.from_bytes(full[at : at + 4]) for at in (16, 20))
    assert (width, height) == (svg.WIDTH * png.SHARP, svg.HEIGHT * png.SHARP)


def test_colours_are_readable_on_the_card() -> None:
    for color in (*svg.COLORS[:2], svg.INK, svg.FAINT):
        assert _contrast(color, svg.CARD) >= 4


def _contrast(one: str, other: str) -> float:
    light, dark = sorted(map(_light, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _light(color: str) -> float:
    parts = [int(each, 16) / 255 for each in re.findall("..", color[1:])]
    red, green, blue = (
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
