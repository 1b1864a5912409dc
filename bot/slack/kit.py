"""The builder that templates fill: Slack's blocks, each text of its kind and never too long."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from markupsafe import Markup

from bot.slack import markdown, mrkdwn
from bot.slack.limits import MOST_FOR_LISTS, MOST_WORDS, Block, limit, words_in

Body = Callable[[], str]
LABEL = 40  # characters that a button may have; who writes more seldom writes it twice
_NOTHING = mrkdwn.Mrkdwn("")
# What stays free below a long list: the line that counts the others, a row of buttons, a footnote.
_WORDS_BELOW, _BLOCKS_BELOW = 600, 3


class Misplaced(Exception):
    """A template put something where Slack has no place for it."""


@dataclass(slots=True)
class _Place:
    """What a call block gathers: the kinds it takes and those that came."""

    name: str
    takes: frozenset[str]
    items: list[Block] = field(default_factory=list)


_ACCESSORIES = frozenset({"button", "overflow", "static_select"})


class Kit:
    """One message or view in the making. Methods answer ``""``, so that templates show nothing.

    Words may be finished mrkdwn (from a call block or a filter) or plain text, which is escaped.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.words = ""
        self.left = 0
        self.view: Block = {}
        self._place: _Place | None = None

    def text(self, caller: Body) -> str:
        """The plain top-level text: for notifications, screen readers and search (FACTS 10)."""
        words, _ = self._gather(caller, "text")
        self.words = mrkdwn.shorten(words or "…", limit("message", "text"))
        return _NOTHING

    def section(self, caller: Body) -> str:
        """A paragraph, beside it a button or menu if one stands inside. Nothing when empty."""
        words, beside = self._gather(caller, "section", _ACCESSORIES)
        if len(beside) > 1:
            raise Misplaced("a section has room for one button or menu")
        if beside and not words:
            raise Misplaced("a section with a button needs words")
        if words:
            accessory = {"accessory": beside[0]} if beside else {}
            self._add({"type": "section", "text": _text(words, "section"), **accessory})
        return _NOTHING

    def fields(self, caller: Body) -> str:
        """Up to ten short texts in two columns, each a ``field``."""
        fields = self._parts(caller, "fields", frozenset({"mrkdwn"}))
        return self._add({"type": "section", "fields": fields}) if fields else _NOTHING

    def field(self, label: str, words: object) -> str:
        """``label`` in bold, then its value, on one line of ``fields``."""
        return self._put(_text(f"*{_mrkdwn(label)}*  {_mrkdwn(words)}", "field"))

    def context(self, caller: Body) -> str:
        """A small grey line. Nothing when empty."""
        words, _ = self._gather(caller, "context")
        if words:
            self._add({"type": "context", "elements": [_text(words, "element")]})
        return _NOTHING

    def actions(self, caller: Body) -> str:
        """A row of buttons and menus."""
        elements = self._parts(caller, "actions", _ACCESSORIES)
        return self._add({"type": "actions", "elements": elements}) if elements else _NOTHING

    def each(self, items: Sequence[object], caller: Callable[[object], str]) -> str:
        """Draws the call block for as many of ``items`` as a message has room for.

        ``left`` is then how many had no room.
        """
        for place, item in enumerate(items):
            before = len(self.blocks)
            caller(item)
            if self._is_full():
                del self.blocks[before:]
                self.left = len(items) - place
                return _NOTHING
        self.left = 0
        return _NOTHING

    def has_room(self, options: Iterable[tuple[str, object]]) -> bool:
        """Whether a form may list these (value, label) pairs; what has no room is to be typed."""
        listed = [offer(value, label) for value, label in options]
        return len(json.dumps([*self.blocks, *listed])) <= MOST_FOR_LISTS

    def _is_full(self) -> bool:
        is_long = sum(map(words_in, self.blocks)) > MOST_WORDS - _WORDS_BELOW
        return is_long or len(self.blocks) > limit("message", "blocks") - _BLOCKS_BELOW

    def header(self, words: object) -> str:
        """A line in large letters, without any formatting."""
        return self._add({"type": "header", "text": _plain(words, limit("header", "text"))})

    def divider(self) -> str:
        return self._add({"type": "divider"})

    def picture(self, file_id: str, words: object) -> str:
        """A file of ours in Slack, shown as a picture; ``words`` say the same to who cannot see."""
        return self._add(
            {
                "type": "image",
                "slack_file": {"id": file_id},
                "alt_text": str(_plain(words, limit("image", "alt_text"))["text"]),
            }
        )

    def typed(self, words: str) -> str:
        """What one of ours typed in a form, as the customer sees it."""
        for block in markdown.to_slack(words):
            self._add(block)
        return _NOTHING

    def button(
        self, label: object, action: str, value: object, *, style: str = "", confirm: str = ""
    ) -> str:
        """``style`` is ``primary`` or ``danger``; ``confirm`` a question that is asked first."""
        button: Block = {
            "type": "button",
            "text": _plain(label, limit("button", "text")),
            "action_id": action,
            "value": str(value),
        }
        if style:
            button["style"] = style
        if confirm:
            button["confirm"] = _confirm(confirm, button)
        return self._put(button)

    def overflow(self, action: str, caller: Body) -> str:
        """The menu behind three dots, made of ``option``. Nothing when empty."""
        options = self._parts(caller, "overflow", frozenset({"option"}))
        if options:
            plain = [{key: part[key] for key in ("text", "value")} for part in options]
            self._put({"type": "overflow", "action_id": action, "options": plain})
        return _NOTHING

    def option(self, act: str, subject: object, label: object) -> str:
        """A line of a menu; it comes back as ``act:subject``."""
        return self._put({"type": "option", **offer(f"{act}:{subject}", label)})

    def choice(
        self, action: str, options: Iterable[tuple[str, object]], *, chosen: str = ""
    ) -> str:
        """A list of (value, label) pairs, of which each is pressed like a button."""
        return self._put(self.select(action, options, chosen=chosen))

    def modal(
        self,
        title: object,
        *,
        callback_id: str,
        submit: object = "",
        close: object = "Cancel",
        private_metadata: Mapping[str, object] | None = None,
        notify_on_close: bool = False,
    ) -> str:
        """The frame of a form. ``private_metadata`` comes back with it as JSON."""
        self.view = {
            "type": "modal",
            "callback_id": callback_id,
            "notify_on_close": notify_on_close,
            "private_metadata": json.dumps(dict(private_metadata or {}), separators=(",", ":")),
        }
        for key, words in (("title", title), ("submit", submit), ("close", close)):
            if words:
                self.view[key] = _plain(words, limit("modal", key))
        return _NOTHING

    def input(
        self, label: object, element: Block, *, hint: object = "", optional: bool = False
    ) -> str:
        """A question of a form. Its block has the element's name: typed words stay (FACTS 7)."""
        block: Block = {
            "type": "input",
            "block_id": element["action_id"],
            "element": element,
            "label": _plain(label, limit("input", "label")),
            "optional": optional,
        }
        if hint:
            block["hint"] = _plain(hint, limit("input", "hint"))
        return self._add(block)

    def textbox(
        self, name: str, *, value: str = "", placeholder: object = "", multiline: bool = False
    ) -> Block:
        """For ``input``: a line, or several, of text."""
        most = limit("plain_text_input", "initial_value")
        box: Block = {
            "type": "plain_text_input",
            "action_id": name,
            "multiline": multiline,
            "max_length": most,
        }
        if value:
            box["initial_value"] = mrkdwn.clean(value)[:most]
        return _prompted(box, placeholder)

    def select(
        self,
        name: str,
        options: Iterable[tuple[str, object]],
        *,
        chosen: str = "",
        placeholder: object = "",
    ) -> Block:
        """For ``input``: one of (value, label) pairs; the first hundred, as Slack takes no more."""
        most = limit("static_select", "options")
        choice = [offer(value, label) for value, label in islice(options, most)]
        box: Block = {"type": "static_select", "action_id": name, "options": choice}
        for option in choice:
            if option["value"] == chosen:
                box["initial_option"] = option
        return _prompted(box, placeholder)

    def several(
        self, name: str, chosen: Iterable[tuple[str, object]], *, placeholder: object = ""
    ) -> Block:
        """For ``input``: any number of choices that a listener offers while somebody types.

        ``chosen`` are (value, label) pairs; the first hundred.
        """
        most = limit("multi_external_select", "initial_options")
        chosen_now = [offer(value, label) for value, label in islice(chosen, most)]
        box: Block = {"type": "multi_external_select", "action_id": name, "min_query_length": 0}
        return _prompted(box | ({"initial_options": chosen_now} if chosen_now else {}), placeholder)

    def ticks(self, name: str, options: Iterable[tuple[str, object]]) -> Block:
        """For ``input``: boxes to tick, of (value, label) pairs; the first ten."""
        most = limit("checkboxes", "options")
        choice = [offer(value, label) for value, label in islice(options, most)]
        return {"type": "checkboxes", "action_id": name, "options": choice}

    def date(self, name: str, *, chosen: str = "", placeholder: object = "") -> Block:
        """For ``input``: a day; ``chosen`` is ``2026-12-01`` or the like."""
        box: Block = {"type": "datepicker", "action_id": name}
        return _prompted(box | ({"initial_date": chosen} if chosen else {}), placeholder)

    def number(self, name: str, *, value: str = "", placeholder: object = "") -> Block:
        """For ``input``: a number, with or without decimals."""
        box: Block = {"type": "number_input", "action_id": name, "is_decimal_allowed": True}
        return _prompted(box | ({"initial_value": value} if value else {}), placeholder)

    def people(self, name: str, *, chosen: str = "", placeholder: object = "") -> Block:
        """For ``input``: a person of the workspace; ``chosen`` is a Slack id."""
        box: Block = {"type": "users_select", "action_id": name}
        return _prompted(box | ({"initial_user": chosen} if chosen else {}), placeholder)

    def _gather(
        self, caller: Body, name: str, takes: frozenset[str] = frozenset()
    ) -> tuple[str, list[Block]]:
        """Runs a call block's body: its words, and what was put inside."""
        outer, self._place = self._place, _Place(name, takes)
        words, gathered = str(caller()).strip(), self._place.items
        self._place = outer
        return words, gathered

    def _parts(self, caller: Body, name: str, takes: frozenset[str]) -> list[Block]:
        """What was put inside a call block that has no room for words."""
        words, gathered = self._gather(caller, name, takes)
        if words:
            raise Misplaced(f"words between the parts of {name}: {words[:60]!r}")
        return gathered

    def _put(self, part: Block) -> str:
        """Puts a part into the call block that is open."""
        if self._place is None or part["type"] not in self._place.takes:
            where = self._place.name if self._place else "the page itself"
            raise Misplaced(f"{part['type']} has no place in {where}")
        self._place.items.append(part)
        return _NOTHING

    def _add(self, block: Block) -> str:
        if self._place is not None:
            raise Misplaced(f"{block['type']} inside of {self._place.name}")
        self.blocks.append(block)
        return _NOTHING


def _mrkdwn(words: object) -> str:
    return words if isinstance(words, Markup) else mrkdwn.escape(str(words))


def _text(words: str, what: str) -> Block:
    """A mrkdwn object in which Slack does not look for names and addresses by itself."""
    return {
        "type": "mrkdwn",
        "text": mrkdwn.shorten(str(words), limit(what, "text")),
        "verbatim": True,
    }


def _plain(words: object, most: int) -> Block:
    if isinstance(words, Markup):
        text = _cut(mrkdwn.plain(words), most)
    else:
        written = str(words)
        text = (_label if len(written) <= LABEL else _written)(written, most)
    return {"type": "plain_text", "text": text, "emoji": True}


def _written(words: str, most: int) -> str:
    return _cut(mrkdwn.clean(words), most)


_label = lru_cache(maxsize=500)(_written)  # most buttons always say the same


def _cut(words: str, most: int) -> str:
    return mrkdwn.shorten(words.strip(), most) or "–"


def offer(value: str, label: object) -> Block:
    """One of the options of a menu or a select."""
    return {"text": _plain(label, limit("option", "text")), "value": value}


def _confirm(question: str, button: Block) -> Block:
    """Asked in the button's own words and colour: nobody has to work out what Yes means."""
    act = button["text"]["text"]
    asked = {"title": f"{act}?", "text": question, "confirm": act, "deny": "Cancel"}
    styled = {"style": button["style"]} if "style" in button else {}
    return {key: _plain(words, limit("confirm", key)) for key, words in asked.items()} | styled


def _prompted(box: Block, placeholder: object) -> Block:
    if placeholder:
        box["placeholder"] = _plain(placeholder, limit(box["type"], "placeholder"))
    return box
