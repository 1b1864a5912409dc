"""What each figure counts, as a page: ``python -m bot.defining > docs/figures.md``."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.figures import FIGURES, Better, Figure

HEAD = """# What the figures count

Made from the list in `bot/rules/figures.py` by `make docs`: do not edit this page, edit the list.

Digests, App Home, the dashboard and the command line read the same figures by the same reader, so
they agree. What holds for all of them:

- **A day** begins at midnight where the desk is, by the zone of its opening hours; a week begins on
  Monday.
- **Whose.** A ticket counts under the channel, account, owner and category that it has *now*, so
  that figures of last week follow when a ticket is given to somebody else or a channel to an
  account. A poll counts under those that the ticket had when it was done.
- **Half and nine of ten** are times that somebody had: the shortest that so many do not exceed (the
  nearest rank). They are whole minutes; from two hours on less than 1/64 is rounded off.
- **Business time** counts in the desk’s opening hours only, in its own zone and without holidays.
  When the hours change, all figures are counted anew.
- **Compared** is with the same weekdays before: a day with that day last week, a week with the week
  before.

| Figure | In | Better | What it counts |
|---|---|---|---|"""

WORDS = {Better.MORE: "more", Better.LESS: "less", Better.NEITHER: ""}


def page() -> Iterator[str]:
    """The lines of the page."""
    yield HEAD
    yield from map(_row, FIGURES)


def _row(figure: Figure) -> str:
    return f"| {figure.title} | {figure.unit} | {WORDS[figure.better]} | {figure.help} |"


if __name__ == "__main__":
    print("\n".join(page()))  # noqa: T201 - it is what the command is for
