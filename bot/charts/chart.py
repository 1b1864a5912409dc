"""What a chart shows: plain values that a picture, a page or a sentence can be made of."""

from __future__ import annotations

from dataclasses import dataclass

MOST_SAID = 2_000  # Slack's limit for the words that stand for a picture (FACTS 9)


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bars; ``values`` are one for each label, None where nothing is known."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars beside one another above each label. ``unit`` is what one of them counts: ``tickets``.

    Raises ValueError without a title or unit, or where a series has not a value for each label.
    """

    title: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        if not (self.title.strip() and self.unit.strip()):
            raise ValueError("a chart needs a title and a unit")
        if any(len(each.values) != len(self.labels) for each in self.series):
            raise ValueError("each series needs a value for each label")

    @property
    def highest(self) -> float:
        """The largest value, 0 where there is none."""
        return max((value for each in self.series for value in each.values if value), default=0)


def said(value: float | None) -> str:
    """A value as people read it: no more digits than it has, a dash for nothing known."""
    return "–" if value is None else f"{round(value, 1):g}"


def words(chart: Chart) -> str:
    """The same numbers for those who do not see the picture; at most as Slack takes."""
    told = f"{chart.title}, in {chart.unit}. {numbers(chart)}"
    return told if len(told) <= MOST_SAID else f"{told[: MOST_SAID - 1]}…"


def numbers(chart: Chart) -> str:
    """The values alone, series by series."""
    lines = [f"{each.name}: {_listed(chart.labels, each.values)}" for each in chart.series]
    return f"{'. '.join(lines)}."


def _listed(labels: tuple[str, ...], values: tuple[float | None, ...]) -> str:
    """Each label with its value; those with none are counted together at the end."""
    told = [f"{label}: {said(value)}" for label, value in zip(labels, values, strict=True) if value]
    nothing = [label for label, value in zip(labels, values, strict=True) if value == 0]
    unknown = [label for label, value in zip(labels, values, strict=True) if value is None]
    told += [f"{', '.join(unknown)}: not known"] if unknown else []
    told += [f"{'otherwise' if told else 'always'} 0"] if nothing else []
    return ", ".join(told)
