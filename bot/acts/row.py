"""One row of the table of acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.rules.access import Who


@dataclass(frozen=True, slots=True)
class Act:
    """One row. ``verb`` follows ``/ticket``, ``desk`` follows ``/desk`` (perhaps several words),
    ``kb`` follows ``/kb``; ``command`` names a slash command of its own.

    ``choices`` are what the first field may be, and may follow the verb; behind the one that is
    ``other`` stands the number of another ticket. ``needs_ticket`` is False
    for acts that make or list tickets; ``needs_number`` True for those on tickets that are not open
    any more. ``reads`` marks acts that change nothing and are answered at once. ``on_card``,
    ``in_menu`` and ``in_more`` (a form that the menu opens, for Slack's menus hold five) say where
    on the card its button is. ``about`` is the field in which a press has the key of what it is
    about, where that is no ticket: a reply, an account … An act with ``message_shortcut`` is about
    one message, named by its menu or by its link after the verb; one with ``ticket_shortcut`` is
    about the ticket of the message in whose menu it stands. The words after one with ``mentions``
    stay as Slack wrote them: they may name people and channels. ``is_seen_first``: what it says is
    shown before it is done, even where that takes one more press. ``bare`` is the act that is meant
    where a phrase of ``/desk`` that needs words stands alone. ``in_threads``: it can be typed in an
    internal thread, too, although it is about no ticket in particular. One with ``by_form`` goes by
    its form wherever Slack can open one, however much was said.
    """

    name: str
    label: str
    who: Who
    help: str
    verb: str = ""
    command: str = ""
    example: str = ""
    synonyms: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    shortcut: str = ""
    form: str = ""
    fields: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    other: str = ""
    defaults: Mapping[str, str] = field(default_factory=dict)
    takes_words: bool = False
    needs_ticket: bool = True
    needs_number: bool = False
    reads: bool = False
    on_card: bool = False
    in_menu: bool = False
    in_more: bool = False
    is_seen_first: bool = False
    desk: str = ""
    kb: str = ""
    about: str = ""
    message_shortcut: str = ""
    ticket_shortcut: str = ""
    bare: str = ""
    mentions: bool = False
    in_threads: bool = False
    by_form: bool = False

    @property
    def typed(self) -> str:
        """What follows ``!`` in an internal thread: the word of its command. ``""`` for none."""
        if self.command:
            return self.command.removeprefix("/")
        return self.verb if self.needs_ticket or self.in_threads else ""

    @property
    def is_of_kb(self) -> bool:
        """Whether it changes the knowledge base, where no card shows what came of it."""
        return self.about in ("article", "asked", "version")

    @property
    def lacks(self) -> str:
        """The field that it cannot do without, and nobody has filled in beforehand."""
        is_asked = self.form and self.fields and self.fields[0] not in self.defaults
        return self.fields[0] if is_asked else ""
