"""The one table of acts: what can be done with a ticket, by whom, by which doors.

Commands, buttons, reactions, shortcuts and help are made from this table. An act with ``form`` opens that
form where Slack gave a trigger id and fields are lacking; elsewhere it acts with ``defaults``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.rules.access import Who


@dataclass(frozen=True, slots=True)
class Act:
    """One row. ``verb`` follows ``/ticket``; ``command`` names a slash command of its own.

    ``needs_ticket`` is False for acts that make or list tickets. ``reads`` marks acts that change nothing
    and are answered at once. ``silent`` acts need no word of success because everybody sees the card move.
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
    defaults: Mapping[str, str] = field(default_factory=dict)
    needs_ticket: bool = True
    reads: bool = False
    in_menu: bool = False


ACTS: tuple[Act, ...] = (
    Act("new", "New ticket", Who.AGENT, "open a ticket for a customer, or for the team alone", verb="new",
        example="/ticket new Export is slow", synonyms=("create", "add", "open"), shortcut="new_ticket",
        form="new", fields=("title", "details", "priority", "channel"), needs_ticket=False),
    Act("show", "Show", Who.AGENT, "one ticket with its buttons", verb="show", example="/ticket show 12",
        synonyms=("view", "get", "status"), reads=True),
    Act("list", "List", Who.AGENT, "all open tickets, the most pressing first", verb="list",
        example="/ticket list", synonyms=("ls", "all", "queue"), needs_ticket=False, reads=True),
    Act("mine", "Mine", Who.AGENT, "your own open tickets", verb="mine", example="/ticket mine",
        synonyms=("my", "me"), needs_ticket=False, reads=True),
    Act("take", "Take", Who.AGENT, "make a ticket yours", verb="take", example="/ticket take 12",
        synonyms=("claim", "grab", "own"), reactions=("eyes",)),
    Act("assign", "Assign", Who.AGENT, "give a ticket to somebody, or to nobody", command="/assign",
        example="/assign #12 @ben", form="assign", fields=("to",)),
    Act("reply", "Reply", Who.AGENT, "answer the customer under your own name", form="reply", fields=("text",)),
    Act("undo", "Undo", Who.AGENT, "take a reply back before it is sent", fields=("reply",)),
    Act("unsend", "Delete", Who.AGENT, "delete a sent reply from the customer's thread", fields=("reply",)),
    Act("resolve", "Resolve", Who.AGENT, "mark a ticket as solved", verb="resolve",
        example="/ticket resolve 12", synonyms=("close", "done", "solve", "finish"),
        reactions=("white_check_mark", "heavy_check_mark", "ballot_box_with_check"),
        defaults={"resolution": "answered"}),
    Act("reopen", "Reopen", Who.REQUESTER, "open a solved ticket again", verb="reopen",
        example="/ticket reopen 12", synonyms=("unresolve",), in_menu=True),
    Act("wait", "Waiting on customer", Who.AGENT, "the customer has to answer first", in_menu=True),
    Act("priority", "Priority…", Who.AGENT, "how pressing it is", form="priority", fields=("priority",),
        in_menu=True),
    Act("not_a_request", "Not a request", Who.AGENT, "close it quietly: nothing was asked", in_menu=True),
    Act("history", "History", Who.AGENT, "who changed what, and when", reads=True, in_menu=True),
    Act("solved", "Solved, thanks", Who.REQUESTER, "the customer says that it is solved",
        reactions=("white_check_mark", "heavy_check_mark"), words=("solved",)),
    Act("urgent", "This is urgent", Who.REQUESTER, "the customer says that it cannot wait",
        reactions=("rotating_light", "bangbang"), words=("urgent",)),
    Act("help", "Help", Who.AGENT, "this list", verb="help", example="/ticket help", synonyms=("?", "h"),
        needs_ticket=False, reads=True),
)

_BY_NAME = {act.name: act for act in ACTS}


def by_name(name: str) -> Act | None:
    """The act of that name, None when there is none."""
    return _BY_NAME.get(name)


def by_verb(verb: str) -> Act | None:
    """The act that ``/ticket verb`` means; synonyms count."""
    word = verb.casefold()
    return next((act for act in ACTS if act.verb and word in (act.verb, *act.synonyms)), None)


def by_reaction(emoji: str) -> tuple[Act, ...]:
    """The acts an emoji may mean; which one depends on who reacts. Skin tones are ignored."""
    name = emoji.partition("::")[0]
    return tuple(act for act in ACTS if name in act.reactions)


def verbs() -> dict[str, tuple[str, ...]]:
    """Each verb of ``/ticket`` with its synonyms, for the parser and its nearest-command hints."""
    return {act.verb: act.synonyms for act in ACTS if act.verb}
