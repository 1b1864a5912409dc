"""The one table of acts: what can be done with a ticket, by whom, by which doors.

Commands, buttons, reactions, shortcuts and help are made of this table. An act with ``form`` opens
that form where Slack gave a trigger id and fields are lacking; elsewhere it acts with ``defaults``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from bot.rules.access import Who
from bot.rules.commands import Verb
from bot.rules.desk import Phrase
from storage.records.tickets import Priority, Resolution


@dataclass(frozen=True, slots=True)
class Act:
    """One row. ``verb`` follows ``/ticket``, ``desk`` follows ``/desk`` (perhaps several words);
    ``command`` names a slash command of its own.

    ``choices`` are what the first field may be, and may follow the verb. ``needs_ticket`` is False
    for acts that make or list tickets; ``needs_number`` True for those on tickets that are not open
    any more. ``reads`` marks acts that change nothing and are answered at once. ``on_card``,
    ``in_menu`` and ``in_more`` (a form that the menu opens, for Slack's menus hold five) say where
    on the card its button is. ``about`` is the field in which a press has the key of what it is
    about, where that is no ticket: a reply, an account … An act with ``message_shortcut`` is about
    one message, named by its menu or by its link after the verb; one with ``ticket_shortcut`` is
    about the ticket of the message in whose menu it stands. The words after one with ``mentions``
    stay as Slack wrote them: they may name people and channels. ``is_seen_first``: what it says is
    shown before it is done, even where that takes one more press. ``bare`` is the act that is meant
    where a phrase of ``/desk`` that needs words stands alone.
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
    about: str = ""
    message_shortcut: str = ""
    ticket_shortcut: str = ""
    bare: str = ""
    mentions: bool = False

    @property
    def typed(self) -> str:
        """What follows ``!`` in an internal thread: the word of its command. ``""`` for none."""
        if self.command:
            return self.command.removeprefix("/")
        return self.verb if self.needs_ticket or self.name == "help" else ""

    @property
    def lacks(self) -> str:
        """The field that it cannot do without, and nobody has filled in beforehand."""
        is_asked = self.form and self.fields and self.fields[0] not in self.defaults
        return self.fields[0] if is_asked else ""


ACTS: tuple[Act, ...] = (
    Act(
        "new",
        "New ticket",
        Who.AGENT,
        "open a ticket for a customer",
        verb="new",
        example="/ticket new Export is slow",
        synonyms=("create", "add", "open"),
        shortcut="new_ticket",
        form="new",
        fields=("title", "details", "category", "priority", "channel"),
        takes_words=True,
        needs_ticket=False,
    ),
    Act(
        "track",
        "Track as ticket",
        Who.STAFF,
        "make a ticket of a message, with all of its thread",
        verb="track",
        example="/ticket track https://….slack.com/archives/…",
        synonyms=("import",),
        reactions=("ticket", "admission_tickets"),
        message_shortcut="track_ticket",
        takes_words=True,
        needs_ticket=False,
    ),
    Act(
        "why",
        "Why (not) a ticket?",
        Who.STAFF,
        "why a message became a ticket, or did not",
        verb="why",
        example="/ticket why 12",
        synonyms=("whynot", "explain"),
        message_shortcut="why_ticket",
        takes_words=True,
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "show",
        "Show",
        Who.AGENT,
        "one ticket with its buttons",
        verb="show",
        example="/ticket show 12",
        synonyms=("view", "get", "status"),
        reads=True,
    ),
    Act(
        "list",
        "List",
        Who.AGENT,
        "all open tickets, the most pressing first",
        verb="list",
        example="/ticket list",
        synonyms=("ls", "all", "queue"),
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "mine",
        "Mine",
        Who.AGENT,
        "your own open tickets",
        verb="mine",
        example="/ticket mine",
        synonyms=("my", "me"),
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "find",
        "Find",
        Who.AGENT,
        "look for words in all tickets, solved ones too; narrow it down with `from:@carla`,"
        " `account:acme`, `in:#channel`, `status:open`, `owner:@ana`, `tag:vip`, `priority:high`,"
        " `before:2026-01-31`, `since:yesterday`",
        verb="find",
        example="/ticket find export fails from:@carla",
        synonyms=("search", "grep", "lookup"),
        fields=("words",),
        about="older",
        takes_words=True,
        needs_ticket=False,
        reads=True,
        mentions=True,
    ),
    Act(
        "take",
        "Take",
        Who.AGENT,
        "make a ticket yours",
        ticket_shortcut="take_ticket",
        verb="take",
        example="/ticket take 12",
        synonyms=("claim", "grab", "own"),
        reactions=("eyes",),
        on_card=True,
    ),
    Act(
        "take_next",
        "Take next",
        Who.AGENT,
        "make the most pressing ticket yours of those that nobody has",
        verb="next",
        example="/ticket next",
        synonyms=("nextone", "takenext"),
        needs_ticket=False,
    ),
    Act(
        "home_show",
        "Show",
        Who.AGENT,
        "look at some of the tickets at home, at more of them, or at all anew",
        fields=("show",),
        needs_ticket=False,
    ),
    Act(
        "assign",
        "Assign",
        Who.AGENT,
        "give a ticket to somebody, or to nobody",
        command="/assign",
        synonyms=("give", "transfer"),
        example="/assign #12 @ben",
        form="assign",
        fields=("to",),
        in_more=True,
    ),
    Act(
        "reply",
        "Reply",
        Who.AGENT,
        "answer the customer under your own name",
        verb="reply",
        example="/ticket reply 12",
        synonyms=("answer", "respond"),
        ticket_shortcut="reply_ticket",
        form="reply",
        fields=("text",),
        on_card=True,
    ),
    Act(
        "undo",
        "Undo",
        Who.AGENT,
        "take a reply back before it is sent",
        fields=("reply",),
        about="reply",
    ),
    Act(
        "unsend",
        "Delete",
        Who.AGENT,
        "delete a sent reply from the customer's thread",
        fields=("reply",),
        about="reply",
    ),
    Act(
        "note",
        "Note …",
        Who.AGENT,
        "an internal note under the card; the customer never sees it",
        verb="note",
        example="/ticket note 12 They still use version 4.2",
        synonyms=("memo", "comment", "jot"),
        ticket_shortcut="note_ticket",
        form="note",
        fields=("text",),
        takes_words=True,
        in_more=True,
    ),
    Act(
        "resolve",
        "Resolve",
        Who.AGENT,
        "mark a ticket as solved; say how if it was not by an answer",
        ticket_shortcut="resolve_ticket",
        verb="resolve",
        example="/ticket resolve 12 fixed",
        synonyms=("close", "done", "solve", "finish"),
        reactions=("white_check_mark", "heavy_check_mark", "ballot_box_with_check"),
        fields=("resolution",),
        choices=tuple(Resolution),
        defaults={"resolution": "answered"},
        on_card=True,
    ),
    Act(
        "resolve_as",
        "Resolve as …",
        Who.AGENT,
        "mark a ticket as solved, and say how",
        form="resolve",
        fields=("resolution",),
        choices=tuple(Resolution),
        in_menu=True,
    ),
    Act(
        "reopen",
        "Reopen",
        Who.REQUESTER,
        "open a solved ticket again",
        verb="reopen",
        example="/ticket reopen 12",
        synonyms=("unresolve",),
        needs_number=True,
        in_menu=True,
    ),
    Act(
        "wait",
        "Waiting on the customer",
        Who.AGENT,
        "the customer has to answer first; say until when, and it comes back to you then",
        verb="wait",
        example="/ticket wait 12 2d",
        synonyms=("waiting", "await"),
        fields=("until",),
        takes_words=True,
        in_menu=True,
    ),
    Act(
        "snooze",
        "Snooze …",
        Who.AGENT,
        "put a ticket aside until a time, or until the customer writes",
        ticket_shortcut="snooze_ticket",
        verb="snooze",
        example="/ticket snooze 12 tomorrow 9am",
        synonyms=("sleep", "later", "remind", "postpone"),
        form="snooze",
        fields=("until", "other"),
        takes_words=True,
        in_menu=True,
    ),
    Act(
        "wake",
        "Wake up",
        Who.AGENT,
        "look at a snoozed ticket now",
        verb="wake",
        example="/ticket wake 12",
        synonyms=("unsnooze",),
        in_more=True,
    ),
    Act(
        "priority",
        "Priority …",
        Who.AGENT,
        "how pressing it is",
        verb="priority",
        example="/ticket priority 12 high",
        synonyms=("prio",),
        form="priority",
        fields=("priority",),
        choices=tuple(Priority),
        in_more=True,
    ),
    Act(
        "not_a_request",
        "Not a request",
        Who.AGENT,
        "close it quietly: nothing was asked",
        verb="dismiss",
        example="/ticket dismiss 12",
        synonyms=("ignore", "spam", "noise"),
        reactions=("see_no_evil",),
        in_more=True,
    ),
    Act(
        "split",
        "Split …",
        Who.AGENT,
        "make a ticket of its own of a later message of a ticket",
        verb="split",
        example="/ticket split 12",
        synonyms=("divide", "separate", "fork"),
        message_shortcut="split_ticket",
        form="split",
        fields=("message",),
        takes_words=True,
        in_more=True,
    ),
    Act(
        "changes",
        "What changed",
        Who.AGENT,
        "what the customer changed in a message after our answer",
        fields=("message",),
        about="message",
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "label",
        "Tags, category, fields …",
        Who.AGENT,
        "what kind of request it is, tags, and the desk's own fields",
        form="labels",
        fields=("category", "tags"),
        in_more=True,
    ),
    Act(
        "tag",
        "Tag",
        Who.AGENT,
        "add tags, and with a minus take them away",
        verb="tag",
        example="/ticket tag 12 vip -old",
        synonyms=("tags", "label", "labels"),
        form="labels",
        fields=("tags",),
        takes_words=True,
    ),
    Act(
        "category",
        "Category",
        Who.AGENT,
        "say what kind of request it is",
        verb="category",
        example="/ticket category 12 billing",
        synonyms=("cat", "kind", "type"),
        form="labels",
        fields=("category",),
        takes_words=True,
    ),
    Act(
        "set",
        "Set a field",
        Who.AGENT,
        "fill in one of the desk's own fields",
        verb="set",
        example="/ticket set 12 version 4.2",
        synonyms=("field",),
        form="labels",
        fields=("field",),
        takes_words=True,
    ),
    Act(
        "merge",
        "Merge …",
        Who.AGENT,
        "make a ticket part of another one of the same customer",
        verb="merge",
        example="/ticket merge 12 into 15",
        synonyms=("join", "combine"),
        form="merge",
        fields=("into", "other"),
        takes_words=True,
        in_more=True,
    ),
    Act(
        "unmerge",
        "Undo the merge",
        Who.AGENT,
        "make a merged ticket one of its own again",
        verb="unmerge",
        example="/ticket unmerge 12",
        synonyms=("part", "demerge"),
        needs_number=True,
        in_more=True,
    ),
    Act(
        "link",
        "Link …",
        Who.AGENT,
        "say that a ticket is related to, a duplicate, child or parent of another",
        verb="link",
        example="/ticket link 12 related 15",
        synonyms=("relate",),
        form="link",
        fields=("kind", "into", "other"),
        takes_words=True,
        in_more=True,
    ),
    Act(
        "unlink",
        "Unlink",
        Who.AGENT,
        "take a link between two tickets away",
        verb="unlink",
        example="/ticket unlink 12 15",
        fields=("other",),
        takes_words=True,
        needs_number=True,
    ),
    Act(
        "history",
        "History",
        Who.AGENT,
        "who changed what, and when",
        verb="history",
        example="/ticket history 12",
        synonyms=("log",),
        fields=("before",),
        reads=True,
        in_menu=True,
    ),
    Act(
        "more",
        "More …",
        Who.AGENT,
        "all else that can be done with a ticket",
        ticket_shortcut="choose_act",
        form="more",
        fields=("act",),
        in_menu=True,
    ),
    Act(
        "solved",
        "Solved, thanks",
        Who.REQUESTER,
        "the customer says that it is solved",
        reactions=("white_check_mark", "heavy_check_mark"),
        words=("solved",),
    ),
    Act(
        "unsolved",
        "Still a problem",
        Who.REQUESTER,
        "the customer says that it is not settled",
    ),
    Act(
        "urgent",
        "This is urgent",
        Who.REQUESTER,
        "the customer says that it cannot wait",
        reactions=("rotating_light", "bangbang"),
        words=("urgent",),
        form="urgent",
        fields=("impact", "deadline"),
    ),
    Act(
        "ask",
        "Ask for help",
        Who.ANYONE,
        "ask by a short form, from the button that is pinned in the public channel",
        form="ask",
        fields=("title", "details"),
        about="channel",
        needs_ticket=False,
    ),
    Act(
        "help",
        "Help",
        Who.ANYONE,
        "this list, or all about one command",
        verb="help",
        example="/ticket help take",
        synonyms=("?", "h"),
        takes_words=True,
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "macro",
        "Macro …",
        Who.AGENT,
        "begin a reply with a canned text, which may also set fields",
        verb="macro",
        example="/ticket macro 12 looking into it",
        synonyms=("canned", "template", "snippet", "macros"),
        form="macro",
        fields=("macro",),
        takes_words=True,
        in_more=True,
        is_seen_first=True,
    ),
    Act(
        "macros",
        "Macros",
        Who.AGENT,
        "the canned replies; with words, those that have them in name, tags or text",
        desk="macros",
        example="/desk macros",
        synonyms=("macro", "canned", "templates", "snippets", "macros list"),
        fields=("words",),
        about="page",
        takes_words=True,
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "macro_new",
        "New macro",
        Who.LEAD,
        "write a canned reply",
        desk="macros new",
        synonyms=("macro new", "macros add", "macro add", "new macro"),
        form="macro_new",
        fields=("name", "text", "tags", "priority", "category", "set_tags", "status"),
        needs_ticket=False,
    ),
    Act(
        "macro_edit",
        "Edit",
        Who.LEAD,
        "change a canned reply",
        form="macro_edit",
        fields=("name", "text", "tags", "priority", "category", "set_tags", "status"),
        about="macro",
        needs_ticket=False,
    ),
    Act(
        "macro_show",
        "Preview",
        Who.AGENT,
        "how a canned reply looks",
        about="macro",
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "macro_archive",
        "Archive",
        Who.LEAD,
        "nobody can choose it any more",
        fields=("macro",),
        about="macro",
        needs_ticket=False,
    ),
    Act(
        "health",
        "Health",
        Who.AGENT,
        "whether anything waits, failed or was missed",
        desk="health",
        synonyms=("status", "check", "books"),
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "channel",
        "Channel",
        Who.AGENT,
        "how messages of a channel become tickets",
        desk="channel",
        synonyms=("modes",),
        takes_words=True,
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "mode",
        "Mode",
        Who.LEAD,
        "track a channel: auto, community, on-demand, off, or inherit the default",
        desk="mode",
        bare="channel",
        example="/desk mode #acme on-demand",
        synonyms=("channel mode", "set mode", "mode set", "tracking", "track"),
        fields=("mode",),
        about="channel",
        takes_words=True,
        needs_ticket=False,
    ),
    Act(
        "queues",
        "Queues",
        Who.AGENT,
        "how tickets find owners, and who is there",
        desk="queues",
        synonyms=("queue", "assignment", "routing", "load"),
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "queue",
        "Change",
        Who.LEAD,
        "let a queue give its tickets by hand, in turn or by load, and pass them on in time",
        form="queue",
        fields=("way", "owner_first", "members", "capacity", "pass_on"),
        about="queue",
        needs_ticket=False,
    ),
    Act(
        "away",
        "I am away",
        Who.AGENT,
        "queues give their tickets to others: until you are back, or until a time",
        desk="away",
        example="/desk away until monday",
        synonyms=("out", "ooo", "pause", "afk", "gone"),
        takes_words=True,
        needs_ticket=False,
    ),
    Act(
        "back",
        "I am back",
        Who.AGENT,
        "queues count on you again",
        desk="back",
        synonyms=("here", "in", "return", "resume"),
        needs_ticket=False,
    ),
    Act(
        "team",
        "Team",
        Who.STAFF,
        "who does what at the desk",
        desk="team",
        synonyms=("roles", "agents", "people", "team list", "staff"),
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "team_add",
        "Add to the team",
        Who.LEAD,
        "give somebody a role: agent, specialist, lead or manager",
        desk="team add",
        example="/desk team add @ben lead",
        synonyms=("team give", "team make", "team set", "team invite", "add", "team new"),
        takes_words=True,
        needs_ticket=False,
    ),
    Act(
        "team_remove",
        "Remove from the team",
        Who.LEAD,
        "take a role away that was given so",
        desk="team remove",
        example="/desk team remove @ben lead",
        synonyms=("team rm", "team delete", "team take", "team drop", "team kick", "remove"),
        takes_words=True,
        needs_ticket=False,
    ),
    Act(
        "account",
        "Account",
        Who.AGENT,
        "all about one account: channels, contacts, tickets, notes",
        desk="account",
        example="/desk account acme",
        synonyms=("accounts", "customer", "company"),
        about="account",
        takes_words=True,
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "account_save",
        "Edit",
        Who.AGENT,
        "change what is known of an account",
        form="account_save",
        fields=("name", "tier", "owner", "zone", "team_channel"),
        about="account",
        needs_ticket=False,
    ),
    Act(
        "account_note",
        "Add a note or warning",
        Who.AGENT,
        "write down what the team should know of an account",
        form="account_note",
        fields=("text", "kind"),
        about="account",
        needs_ticket=False,
    ),
    Act(
        "account_note_remove",
        "Remove",
        Who.AGENT,
        "take a note or warning away",
        fields=("note",),
        about="note",
        needs_ticket=False,
    ),
    Act(
        "channels",
        "Channels",
        Who.AGENT,
        "the customers' channels and whose they are; set them up, one by one or all at once",
        desk="channels",
        synonyms=("map", "mapping", "onboarding"),
        about="page",
        needs_ticket=False,
        reads=True,
    ),
    Act(
        "map_channel",
        "Account of the channel …",
        Who.AGENT,
        "say whose channel it is, and how its messages become tickets",
        form="map_channel",
        fields=("mode", "known", "name", "tier", "owner"),
        about="channel",
        needs_ticket=False,
        in_more=True,
    ),
    Act(
        "map_all",
        "Believe all guesses",
        Who.LEAD,
        "give each channel without account the one that it is probably of",
        needs_ticket=False,
    ),
    Act(
        "no_customers",
        "No customers here",
        Who.AGENT,
        "nothing in a channel becomes a ticket",
        fields=("channel",),
        about="channel",
        needs_ticket=False,
    ),
)

NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_BY_NAME = {act.name: act for act in ACTS}


def by_name(name: str) -> Act | None:
    """The act of that name, None when there is none."""
    return _BY_NAME.get(name)


def by_reaction(emoji: str, own: Mapping[str, tuple[str, ...]] = NONE) -> tuple[Act, ...]:
    """The acts an emoji may mean; which one depends on who reacts. Skin tones are ignored."""
    name = emoji.partition("::")[0]
    return tuple(act for act in with_reactions(own) if name in act.reactions)


def with_reactions(own: Mapping[str, tuple[str, ...]]) -> tuple[Act, ...]:
    """The table with a desk's ``own`` emoji, by act; acts that are not named there keep theirs."""
    if not own:
        return ACTS
    return tuple(replace(act, reactions=own.get(act.name, act.reactions)) for act in ACTS)


def takes_reaction(act: Act) -> bool:
    """True for acts that need no more than a person and a message of a ticket."""
    needs_more = act.form or act.reads or act.about or act.needs_number or not act.needs_ticket
    is_whole = not act.fields or act.fields == ("until",) or act.fields[0] in act.defaults
    return bool(act.reactions) or (is_whole and not needs_more)


def by_phrase(phrase: str) -> Act:
    """The act of what follows ``/desk``. Raises KeyError for none of the phrases."""
    return next(act for act in ACTS if act.desk == phrase)


def phrases() -> dict[str, Phrase]:
    """What may follow ``/desk``, for the parser and its nearest-command hints."""
    return {act.desk: Phrase(act.synonyms, act.takes_words) for act in ACTS if act.desk}


def verbs() -> dict[str, Verb]:
    """What may follow ``/ticket``, for the parser and its nearest-command hints."""
    return {
        act.verb: Verb(
            act.synonyms,
            act.needs_ticket,
            act.choices,
            act.takes_words,
            takes_time=act.fields[:1] == ("until",),
        )
        for act in ACTS
        if act.verb
    }


def by_verb(verb: str) -> Act:
    """The act of what follows ``/ticket``, or of a slash command of its own without its slash.

    Raises KeyError for none.
    """
    found = next((act for act in ACTS if verb in (act.verb, act.command.removeprefix("/"))), None)
    if found is None or not verb:
        raise KeyError(verb)
    return found


def typed() -> dict[str, Verb]:
    """What may follow ``!`` in an internal thread."""
    known = verbs()
    rows = {act.typed: act for act in ACTS if act.typed}
    return {word: known.get(word, Verb(row.synonyms)) for word, row in rows.items()}
