"""The macros that a new desk begins with; leads change or archive them like all others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Starter:
    """A macro of the starter set."""

    name: str
    text: str
    tags: tuple[str, ...]
    sets: tuple[tuple[str, str], ...] = ()


STARTERS = (
    Starter(
        "Ask for details",
        "Hi {{ customer_first_name }}, thanks for writing. To look into this, could you tell us:\n"
        "- what you did, step by step\n"
        "- what you expected, and what happened instead\n"
        "- since when, and whether it happens every time\n\n"
        "A screenshot or the exact error message helps a lot.",
        ("questions",),
        (("status", "waiting"),),
    ),
    Starter(
        "Looking into it",
        "Hi {{ customer_first_name }}, I have your request {{ ticket }} and am looking into it now."
        " I’ll come back to you here.",
        ("first answer",),
    ),
    Starter(
        "Known problem",
        "Hi {{ customer_first_name }}, this is a problem that we know of and are working on."
        " We’ll tell you here as soon as it is fixed. Sorry for the trouble!",
        ("problem",),
        (("tags", "known problem"),),
    ),
    Starter(
        "Please try again",
        "Hi {{ customer_first_name }}, this should work now. Could you try again and tell us"
        " whether it does?",
        ("fix",),
        (("status", "waiting"),),
    ),
    Starter(
        "Passed to a colleague",
        "Hi {{ customer_first_name }}, {{ owner }} knows this best and will answer you here.",
        ("hand-over",),
    ),
    Starter(
        "Wish noted",
        "Thanks for the suggestion, {{ customer_first_name }}! I have passed it on to the people"
        " who plan what we build{% if account %}, with the name of {{ account }}{% endif %}.",
        ("wish",),
        (("tags", "wish"),),
    ),
    Starter(
        "Solved",
        "Glad that it works, {{ customer_first_name }}. I close {{ ticket }} now;"
        " just write here again if anything is still open.",
        ("closing",),
        (("status", "resolved"),),
    ),
)
