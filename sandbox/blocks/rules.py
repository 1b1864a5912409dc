"""The grammar in which Block Kit's rules are written: a rule looks at a value and names its faults.

A fault is a sentence with a JSON pointer, as in Slack's response_metadata.messages:
``must be less than 76 characters [json-pointer:/blocks/0/accessory/text]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Faults = Iterator[str]
Rule = Callable[[Any, str], Faults]


def fault(message: str, at: str) -> str:
    """A fault at a JSON pointer."""
    return f"{message} [json-pointer:{at}]"


def string(most: int, *, least: int = 1) -> Rule:
    """Text of ``least`` to ``most`` characters."""

    def rule(value: Any, at: str) -> Faults:
        if not isinstance(value, str):
            yield fault("must be a string", at)
        elif len(value) < least:
            yield fault(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            yield fault(f"must be less than {most + 1} characters", at)

    return rule


def boolean(value: Any, at: str) -> Faults:
    """True or false."""
    if not isinstance(value, bool):
        yield fault("must be a boolean", at)


def whole(least: int, most: int) -> Rule:
    """A whole number within bounds."""

    def rule(value: Any, at: str) -> Faults:
        if not isinstance(value, int) or isinstance(value, bool):
            yield fault("must be an integer", at)
        elif not least <= value <= most:
            yield fault(f"must be between {least} and {most}", at)

    return rule


def one_of(*words: str) -> Rule:
    """One of a few words."""

    def rule(value: Any, at: str) -> Faults:
        if value not in words:
            yield fault(f"must be one of: {', '.join(words)}", at)

    return rule


def anything(value: Any, at: str) -> Faults:
    """What nobody looks into."""
    yield from ()


def items(rule: Rule, least: int, most: int) -> Rule:
    """A list whose every item follows ``rule``."""

    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, list):
            yield fault("must be an array", at)
            return
        if len(value) < least:
            yield fault(f"must have at least {least} item{'s' if least > 1 else ''}", at)
        if len(value) > most:
            yield fault(f"no more than {most} items allowed", at)
        for place, item in enumerate(value):
            yield from rule(item, f"{at}/{place}")

    return check


Check = Callable[[Mapping[str, Any], str], Faults]


@dataclass(frozen=True)
class Record:
    """An object: its fields and their rules, which of them must be there, and what binds them."""

    fields: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    also: tuple[Check, ...] = ()

    def __call__(self, value: Any, at: str) -> Faults:
        """The faults of a value that should be such an object; ``type`` is always known."""
        if not isinstance(value, dict):
            yield fault("must be an object", at)
            return
        for name in self.required:
            if value.get(name) is None:
                yield fault(f"missing required field: {name}", at)
        for name, part in value.items():
            if part is not None and name != "type":
                yield from self._part(name, part, at)
        for check in self.also:
            yield from check(value, at)

    def _part(self, name: str, part: Any, at: str) -> Faults:
        rule = self.fields.get(name)
        if rule is None:
            yield fault(f"unknown field: {name}", f"{at}/{name}")
        else:
            yield from rule(part, f"{at}/{name}")


def by_type(rules: Mapping[str, Rule], what: str) -> Rule:
    """An object whose ``type`` chooses its rule; ``what`` is its name in a fault."""

    def rule(value: Any, at: str) -> Faults:
        kind = value.get("type") if isinstance(value, dict) else None
        found = rules.get(kind) if isinstance(kind, str) else None
        if found is None:
            yield fault(f"unsupported {what} type: {kind}", f"{at}/type" if kind else at)
        else:
            yield from found(value, at)

    return rule


def exactly_one(*names: str) -> Check:
    """One of these fields, and only one."""

    def check(value: Mapping[str, Any], at: str) -> Faults:
        given = [name for name in names if value.get(name) is not None]
        if len(given) != 1:
            yield fault(f"must have exactly one of: {', '.join(names)}", at)

    return check


def at_least_one(*names: str) -> Check:
    """One of these fields or more."""

    def check(value: Mapping[str, Any], at: str) -> Faults:
        if all(value.get(name) is None for name in names):
            yield fault(f"must have one of: {', '.join(names)}", at)

    return check


def text(most: int, *, least: int = 1) -> Rule:
    """A text object of either kind. mrkdwn knows no ``emoji``, plain_text no ``verbatim``."""
    words = string(most, least=least)
    kinds: dict[str, Rule] = {
        "plain_text": Record({"text": words, "emoji": boolean}, ("text",)),
        "mrkdwn": Record({"text": words, "verbatim": boolean}, ("text",)),
    }
    return by_type(kinds, "text")


def plain(most: int, *, least: int = 1) -> Rule:
    """A plain_text object; mrkdwn is refused."""
    record = Record({"text": string(most, least=least), "emoji": boolean}, ("text",))

    def rule(value: Any, at: str) -> Faults:
        if isinstance(value, dict) and value.get("type") != "plain_text":
            yield fault("must be a plain_text object", f"{at}/type")
        else:
            yield from record(value, at)

    return rule
