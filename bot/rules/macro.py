"""Macros: what they may be called, which fields they set, which one is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from bot.errors import Refused
from bot.rules.names import slug
from storage.records.macros import Macro
from storage.records.tickets import Priority

LONGEST_NAME = 60
MOST_TAGS = 10
LONGEST_TAG = 30
STATUSES = ("waiting", "resolved")
"""What a macro may set as status, once its reply is sent."""

Sets = tuple[tuple[str, str], ...]


def checked_name(name: str) -> str:
    """The name without spaces around it. Raises Refused."""
    said = " ".join(name.split())
    if not said:
        raise Refused("Give the macro a name that one remembers.", field="name")
    if len(said) > LONGEST_NAME:
        raise Refused(f"A name has {LONGEST_NAME} characters at most.", field="name")
    if said[0] in "#0123456789":
        raise Refused(
            "A name cannot begin with a number: that would be taken for a ticket’s.", field="name"
        )
    return said


def checked_tags(text: str, *, field: str = "tags") -> tuple[str, ...]:
    """Tags parted by commas: small letters, each once. Raises Refused."""
    said = (" ".join(tag.split()).casefold().lstrip("#") for tag in text.split(","))
    tags = tuple(dict.fromkeys(filter(None, said)))
    if len(tags) > MOST_TAGS:
        raise Refused(f"{MOST_TAGS} tags at most, please.", field=field)
    if long := [tag for tag in tags if len(tag) > LONGEST_TAG]:
        raise Refused(f"A tag has {LONGEST_TAG} letters at most: {long[0][:40]}…", field=field)
    return tags


def checked_sets(fields: dict[str, str], categories: Sequence[str]) -> Sets:
    """The fields that the macro sets, those that were chosen. Raises Refused."""
    known = {"priority": tuple(Priority), "status": STATUSES, "category": tuple(categories)}
    chosen = {name: fields.get(name, "") for name in known}
    for name, choices in known.items():
        if chosen[name] and chosen[name] not in choices:
            raise Refused(f"There is no such {name}: {chosen[name][:40]}.", field=name)
    chosen["tags"] = ",".join(checked_tags(fields.get("set_tags", ""), field="set_tags"))
    # The status comes last: what is done cannot be changed any more.
    order = ("priority", "category", "tags", "status")
    return tuple((name, chosen[name]) for name in order if chosen[name])


def check_does_something(text: str, sets: Sets) -> None:
    """Raises Refused for a macro that neither says nor sets anything."""
    if not text.strip() and not sets:
        raise Refused("Write what the macro says, or choose a field that it sets.", field="text")


def named(word: str, macros: Collection[Macro]) -> Macro:
    """The macro that is meant, also by a beginning that fits no other. Raises Refused."""
    said = slug(word)
    exact = [each for each in macros if each.slug == said]
    begins = [each for each in macros if said and each.slug.startswith(said)]
    for found in (exact, begins):
        if len(found) == 1:
            return found[0]
    if not macros:
        raise Refused("There are no macros yet. Leads make them with `/desk macros new`.")
    raise Refused(_none_such(said, begins, macros))


def _none_such(said: str, several: Sequence[Macro], macros: Collection[Macro]) -> str:
    if several:
        names = ", ".join(macro.name for macro in several[:5])
        return f"Several macros are called so: {names}. Say a little more of the name."
    by_slug = {macro.slug: macro.name for macro in macros}
    near = get_close_matches(said, by_slug, n=3, cutoff=0.5)
    if near:
        names = " or ".join(by_slug[each] for each in near)
        return f"No macro is called so. Did you mean {names}?"
    names = ", ".join(sorted(by_slug.values())[:8])
    more = f" and {len(by_slug) - 8} more" if len(by_slug) > 8 else ""
    return f"No macro is called so. There are {names}{more}: `/desk macros` shows them."


def fitting(macros: Iterable[Macro], words: str) -> list[Macro]:
    """Those that have all the words in their names, tags or texts; all of them without words."""
    wanted = words.casefold().replace("#", " ").split()
    return [each for each in macros if all(word in _said(each) for word in wanted)]


def _said(macro: Macro) -> str:
    return " ".join((macro.name, *macro.tags, macro.text)).casefold()
