"""By which doors each act can be done, read off the act table and the templates.

``python -m bot.doors`` prints docs/acts.md.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from bot.acts import ACTS, Act
from bot.rules.access import Who

TOP = Path(__file__).parents[1]
TEMPLATES = TOP / "templates"
DOORS = ("command", "button", "shortcut", "reaction", "typed", "home")
_TITLES = {"typed": "in the internal thread", "home": "App Home"}
_NAMED = re.compile(r'act:([a-z_]+)(?=[":])|kit\.option\("([a-z_]+)"')
_HOME = "home"
_AT_HOME = (f"{_HOME}/home.j2", "_digest.j2")  # leads and managers decide there, too
_CARD = "_ui.j2"
# Where a template is seen, where its name does not say it.
_PLACES = {
    "article/found.j2": "what `/kb` finds",
    "article/gaps.j2": "list of gaps",
    "article/due.j2": "list of what is due",
    "article/history.j2": "versions of an article",
    "article/stats.j2": "figures of the knowledge base",
    "article/note.j2": "note in triage",
    "account/card.j2": "account",
    "account/channels.j2": "list of channels",
    "account/onboarding.j2": "card of a new channel",
    "escalation/packet.j2": "packet of an escalation",
    "escalation/note.j2": "note in the internal thread",
    "escalation/packet_note.j2": "thread of a packet",
    "escalation/guest_note.j2": "note in the internal thread",
    "escalation/invitation.j2": "direct message",
    "rota/list.j2": "list of rotas",
    "rota/hand_over.j2": "hand-over in triage",
    "escalation/page.j2": "direct message",
    "desk/mode.j2": "mode of a channel",
    "desk/queues.j2": "list of queues",
    "intake/help_button.j2": "pinned button",
    "_digest.j2": "digest",
    "digest/digest.j2": "own morning queue",
    "digest/list.j2": "list of digests",
    "intake/receipt.j2": "customer's receipt",
    "macro/list.j2": "list of macros",
    "reply/desk.j2": "reply, as the team sees it",
    "suggestion/answer.j2": "answer to the customer",
    "suggestion/note.j2": "note in the internal thread",
    "reply/customer.j2": "reply to the customer",
    "ticket/found.j2": "list of what was found",
    "ticket/history.j2": "history",
    "ticket/nudge.j2": "question to the customer",
    "ticket/solved.j2": "word to the customer",
    "ticket/thread_note.j2": "note in the internal thread",
}
_WHO: Mapping[Who, str] = {
    Who.AGENT: "agents",
    Who.SPECIALIST: "specialists, agents",
    Who.LEAD: "leads, managers",
    Who.MANAGER: "managers",
    Who.STAFF: "all colleagues",
    Who.REQUESTER: "who asked, their company, agents",
    Who.ANYONE: "anybody",
}
_HEAD = """# Acts and their doors

Every act on a ticket or on the desk itself, and each way to do it. This page is made of the act
table (`bot/acts/`) and the templates by `make docs`; a test holds them together.

*Command* is typed in any channel, its answer is private. *Button* says where it stands: on the
card in triage, behind the card's three dots (menu), in *More …* there, or elsewhere. *Shortcut*
stands in the menu of any message of the ticket; *Ticket …* there opens a chooser with all acts of
the card. *Reaction* is an emoji on any message of the ticket; a desk may settle on others (README).
*In the internal thread* the word is written under the ticket's card; there, an act that needs a
form offers it by a private button. Whoever may not is told so privately, with the reason.
"""


def of(act: Act) -> dict[str, tuple[str, ...]]:
    """Each door of an act, in the words that open it; empty where there is no such door."""
    return {
        "command": tuple(_commands(act)),
        "button": tuple(_buttons(act)),
        "shortcut": tuple(filter(None, (act.shortcut, act.message_shortcut, act.ticket_shortcut))),
        "reaction": act.reactions,
        "typed": (f"!{act.typed}",) if act.typed else (),
        "home": ("home",) if any(act.name in drawn().get(each, ()) for each in _AT_HOME) else (),
    }


def _commands(act: Act) -> Iterator[str]:
    if act.verb:
        yield f"/ticket {act.verb}"
    if act.command:
        yield act.command
    if act.desk:
        yield f"/desk {act.desk}"
    if act.kb:
        yield f"/kb {act.kb}"


def _buttons(act: Act) -> Iterator[str]:
    if act.on_card:
        yield "card"
    if act.in_menu:
        yield "card menu"
    if act.in_more:
        yield "More …"
    for template, names in drawn().items():
        is_of_card = template == _CARD and (act.on_card or act.in_menu)
        if act.name in names and not is_of_card and not template.startswith(_HOME):
            yield "card" if template == _CARD else _PLACES.get(template, template)


@cache
def drawn() -> dict[str, frozenset[str]]:
    """Template → the acts whose buttons it draws by name."""
    found = {}
    for path in sorted(TEMPLATES.rglob("*.j2")):
        hits = _NAMED.findall(path.read_text())
        if names := frozenset(one or other for one, other in hits) - {"menu"}:
            found[path.relative_to(TEMPLATES).as_posix()] = names
    return found


def page() -> str:
    """The whole of docs/acts.md."""
    on_tickets = [act for act in ACTS if not _is_of_desk(act)]
    on_desk = [act for act in ACTS if _is_of_desk(act)]
    tables = (("## On tickets", on_tickets), ("## On the desk", on_desk))
    return "\n".join([_HEAD, *(f"{title}\n\n{_table(acts)}\n" for title, acts in tables)])


def _is_of_desk(act: Act) -> bool:
    return bool(act.desk) or (not act.needs_ticket and not act.verb)


def _table(acts: list[Act]) -> str:
    heads = ["act", "who may", *(_TITLES.get(door, door) for door in DOORS)]
    lines = [heads, ["---"] * len(heads), *map(_row, acts)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(act: Act) -> list[str]:
    doors = of(act)
    act_ = f"**{act.label.removesuffix(' …')}** {act.help}"
    return [act_, _WHO[act.who], *(_cell(door, doors[door]) for door in DOORS)]


def _menu(callback_id: str) -> str:
    """What Slack's menu calls a shortcut, as the manifest has it."""
    told = re.search(rf"name: (.+)\n.*\n +callback_id: {callback_id}\n", _manifest())
    return told[1] if told else callback_id


@cache
def _manifest() -> str:
    return (TOP / "manifest.yml").read_text()


def _cell(door: str, words: tuple[str, ...]) -> str:
    match door:
        case "button":
            return ", ".join(words)
        case "shortcut":
            return ", ".join(map(_menu, words))
        case "reaction":
            return " ".join(f":{word}:" for word in words)
        case "home":
            return "yes" if words else ""
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    sys.stdout.write(page())
