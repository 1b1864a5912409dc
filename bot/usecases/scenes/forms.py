"""What the desk’s forms are made of."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules import labels
from bot.rules.leaks import Leak
from bot.usecases.scenes.ticket import TicketScene
from storage.records.articles import Article
from storage.records.escalations import Escalation
from storage.records.macros import Macro
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.workspaces import Extra, ExtraKind


@dataclass(frozen=True, slots=True)
class ReplyFormScene:
    """The Reply modal: where it goes and who reads there.

    ``last`` is the customer's newest message; ``theirs`` and ``ours`` are who reads there as far as
    we know them, ``more`` counts the others. ``preview`` is the text last previewed,
    ``macro`` what the words began as, ``leaks`` what in them is perhaps not for the customer.
    ``draft_of`` wrote the answer of an ``escalation`` that they began as, else they may have begun
    as an ``article``.
    """

    scene: TicketScene
    last: Message
    theirs: tuple[Person, ...] = ()
    ours: tuple[Person, ...] = ()
    more: int = 0
    others_writing: tuple[Person, ...] = ()
    text: str = ""
    preview: str = ""
    macro: Macro | None = None
    leaks: tuple[Leak, ...] = ()
    escalation: Escalation | None = None
    draft_of: Person | None = None
    article: Article | None = None

    @property
    def marks(self) -> str:
        """What says that exactly these leaks are none."""
        return " ".join(leak.mark for leak in self.leaks)


@dataclass(frozen=True, slots=True)
class MoreFormScene:
    """What else can be done with a ticket just now; ``choices`` are (act, label)."""

    scene: TicketScene
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LinkFormScene:
    """With which ticket? ``choices`` are (number, first words) of the same customer's open ones."""

    scene: TicketScene
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AttachFormScene:
    """To which ticket? ``choices`` are (number, first words) of open ones; ``channel`` a name."""

    channel: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DetachFormScene:
    """Which thread is to go? ``choices`` are (key, where it is and since when)."""

    scene: TicketScene
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FieldScene:
    """A field of the desk's own in a form; ``name`` is the input's, choices are (value, label)."""

    name: str
    label: str
    kind: ExtraKind
    value: str
    choices: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, extra: Extra, value: str = "") -> FieldScene:
        """The field as it is now; what is no choice any more may stay."""
        offered = (*extra.choices, *filter(None, [value])) if extra.choices else ()
        pairs = tuple((each, each) for each in dict.fromkeys(offered))
        return cls(labels.field_name(extra), extra.name, extra.kind, value, pairs)


@dataclass(frozen=True, slots=True)
class LabelsFormScene:
    """All labels of a ticket; choices are (value, label), ``hidden`` tags do not fit in."""

    scene: TicketScene
    categories: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, str], ...]
    fields: tuple[FieldScene, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class SnoozeFormScene:
    """Until when? ``presets`` are words to parse, each with what it comes to where the agent is."""

    scene: TicketScene
    presets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NewFormScene:
    """The request form. ``channels`` are (key, whose and name) of customer channels to choose from.

    The last one is no channel: a request that the team alone sees. ``fields`` are the desk's own.
    """

    channels: tuple[tuple[str, str], ...]
    channel: str = ""
    title: str = ""
    categories: tuple[str, ...] = ()
    fields: tuple[FieldScene, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The categories as choices."""
        return [(each, each) for each in self.categories]
