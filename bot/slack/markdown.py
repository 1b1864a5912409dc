"""What one of ours types in a form, as Slack's rich text: Markdown and Slack's own marks alike.

Both ``**bold**`` and ``*bold*`` are bold, as a Slack user expects. Rich text has no syntax inside
its words, so a typed ``<!channel>`` or ``<@U1>`` stays what it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from textwrap import dedent
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.slack import richtext, tables
from bot.slack.limits import MOST_WORDS
from bot.slack.mrkdwn import clean, shorten

Element = dict[str, Any]
Style = dict[str, bool]

_MOST = MOST_WORDS - 1000  # leaves room for what stands around the words in a message
_RULES = [
    "heading",
    "fence",
    "blockquote",
    "list",
    "emphasis",
    "strikethrough",
    "backticks",
    "link",
    "newline",
]
_INLINE = re.compile(
    r"(?<![\w:]):(?P<emoji>[a-z0-9_+'-]*[a-z+][a-z0-9_+'-]*(?:::skin-tone-[2-6])?):(?![\w:])"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"
)
_MARKER = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)]|>)(?: |$)|>")
# Lists in lists in lists: the parser drops what is nested deeper than it likes, so never sees it.
_DEEP = re.compile(
    r"^(?:[ \t]*(?:[-*+](?=[ \t])|>|\d{1,9}[.)](?=[ \t]))){21}|^[ \t]{80}", re.MULTILINE
)
_CODE = re.compile(r"```([^\n]*\n.*?)```", re.DOTALL)
_LANGUAGE = re.compile(
    r"\s*(?:bash|c|console|cpp|css|csv|diff|go|html|http|ini|java|javascript|js|json|kotlin|log|php"
    r"|python|py|ruby|rust|sh|shell|sql|swift|text|toml|ts|typescript|xml|ya?ml)?\s*",
    re.IGNORECASE,
)
_FENCE = re.compile(r" {0,3}(```|~~~)")
_SCHEME = re.compile(r"(?:^|[^a-z0-9.+-])(https?)$", re.IGNORECASE)
_REST = re.compile(r"://[^\s<>|]*[^\s<>|.,;:!?)\]'\"*_~]")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_ANGLED = re.compile(r"<((?:https?://|mailto:)[^\s<>|]+)(?:\|([^<>\n]+))?>", re.IGNORECASE)


def to_slack(text: str) -> list[Element]:
    """``text`` as blocks: one rich_text block, or none when there are no words in it."""
    words = shorten(tables.drawn(clean(text)), _MOST).strip("\n")
    if not words.strip():
        return []
    parts = [] if _DEEP.search(words) else _parts(words)
    return [{"type": "rich_text", "elements": parts or [_literally(words)]}]


def to_plain(text: str) -> str:
    """``text`` without its marks, unescaped: for notifications and screen readers."""
    return "\n".join(map(richtext.plain, to_slack(text)))


def _parts(words: str) -> list[Element]:
    pieces = (
        piece for piece in _Walker().pieces(_parser.parse(_unlazy(_aligned(words)))) if piece.words
    )
    return [_joined(list(run)) for _, run in groupby(pieces, key=lambda piece: piece.kind)]


def _literally(words: str) -> Element:
    return {"type": "rich_text_section", "elements": [_text(words, {})]}


def _aligned(text: str) -> str:
    """Gives blocks of code lines of their own: in Slack their words may touch the marks."""
    return _CODE.sub(lambda code: f"\n```\n{dedent(_unnamed(code[1])).rstrip()}\n```\n", text)


def _unnamed(code: str) -> str:
    """Code without the name of its language; any other first line is code, too."""
    first, _, rest = code.partition("\n")
    return rest if _LANGUAGE.fullmatch(first) else code


def _unlazy(text: str) -> str:
    """Ends lists and quotes with their lines, as Slack does; Markdown would draw more in."""
    lines: list[str] = []
    fenced = marked = False
    for line in text.replace("\r\n", "\n").split("\n"):
        fenced ^= bool(_FENCE.match(line))
        inside = _MARKER.match(line) or (marked and line.startswith(" "))
        if marked and line.strip() and not fenced and not inside:
            lines.append("")
        marked = not fenced and bool(inside)
        lines.append(line)
    return "\n".join(lines)


def _push_link(state: StateInline, url: str, label: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": url}
    state.push("text", "", 0).content = label
    state.push("link_close", "a", -1)


def _angled_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """``<https://…>`` and Slack's ``<https://…|label>``."""
    found = _ANGLED.match(state.src, state.pos)
    if not found or state.linkLevel:
        return False
    if not silent:
        _push_link(state, found[1], found[2] or found[1].removeprefix("mailto:"))
    state.pos = found.end()
    return True


def _bare_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """A bare address, so that its underscores are no marks. Tried at the colon, as linkify does."""
    scheme, rest = _SCHEME.search(state.pending), _REST.match(state.src, state.pos)
    if not scheme or not rest or state.linkLevel:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        _push_link(state, scheme[1] + rest[0], scheme[1] + rest[0])
    state.pos = rest.end()
    return True


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"maxNesting": 200}).enable(_RULES)
    parser.validateLink = lambda url: bool(_SAFE_LINK.match(url))  # type: ignore[method-assign]
    parser.inline.ruler.before("link", "angled_link", _angled_link)
    parser.inline.ruler.after("angled_link", "bare_link", _bare_link)
    return parser


_parser = _make_parser()


@dataclass(slots=True)
class _Piece:
    """One paragraph and where it stands. ``number`` of a list's item, 0 when it continues one."""

    kind: tuple[object, ...]
    words: list[Element]
    lines: list[int]
    number: int = 0


class _Walker:
    """Walks markdown-it's flat tokens, remembering in which lists and quotes they stand."""

    def __init__(self) -> None:
        self._lists: list[str] = []
        self._number = self._quotes = 0
        self._heading = False

    def pieces(self, tokens: list[Token]) -> Iterator[_Piece]:
        for token in tokens:
            lines = token.map or [0, 0]
            if token.type == "fence":
                code = _unnamed(f"{token.info}\n{token.content}").rstrip("\n")
                yield _Piece(("preformatted", lines[0]), [_text(code, {})], lines)
            elif token.type == "inline":
                style = {"bold": True} if self._heading else {}
                yield _Piece(
                    self._kind(), _inline(token.children or [], style), lines, self._take_number()
                )
            else:
                self._step(token)

    def _step(self, token: Token) -> None:
        match token.type.rpartition("_")[0]:
            case "bullet_list" | "ordered_list" as style if token.nesting > 0:
                self._lists.append(style.removesuffix("_list"))
            case "bullet_list" | "ordered_list":
                self._lists.pop()
            case "list_item" if token.nesting > 0:
                self._number = int(token.info or 1)
            case "blockquote":
                self._quotes += token.nesting
            case "heading":
                self._heading = token.nesting > 0

    def _take_number(self) -> int:
        number, self._number = self._number, 0
        return number

    def _kind(self) -> tuple[object, ...]:
        if self._lists:
            return "list", self._lists[-1], min(len(self._lists) - 1, 8), min(self._quotes, 1)
        return ("quote",) if self._quotes else ("section",)


def _joined(run: list[_Piece]) -> Element:
    """Neighbours of one kind as one part of a rich_text block."""
    kind = run[0].kind
    if kind[0] == "list":
        return _list(run)
    words = list(run[0].words)
    for before, piece in pairwise(run):
        apart = piece.lines[0] > before.lines[1]
        words += [_text("\n\n" if apart else "\n", {}), *piece.words]
    return {"type": f"rich_text_{kind[0]}", "elements": words}


def _list(run: list[_Piece]) -> Element:
    _, style, indent, border = run[0].kind
    items: list[Element] = []
    for piece in run:
        if piece.number or not items:
            items.append({"type": "rich_text_section", "elements": list(piece.words)})
        else:
            items[-1]["elements"] += [_text("\n", {}), *piece.words]
    made: Element = {"type": "rich_text_list", "style": style, "indent": indent, "border": border}
    if style == "ordered" and run[0].number > 1:
        made["offset"] = run[0].number - 1
    return made | {"elements": items}


def _inline(children: list[Token], style: Style) -> list[Element]:
    """The words of one paragraph, each with the styles that are open there."""
    words: list[Element] = []
    url = ""
    for token in children:
        match token.type:
            case "link_open":
                url = str(token.attrGet("href"))
            case "link_close":
                url = ""
            case "softbreak" | "hardbreak":
                words.append(_text("\n", style))
            case "code_inline":
                words.append(_linked(token.content, url, style | {"code": True}))
            case "text":
                words += (
                    [_linked(token.content, url, style)]
                    if url
                    else _plain_run(token.content, style)
                )
            case _:
                style = _restyled(style, token)
    return [word for word in words if word.get("text") != ""]


def _restyled(style: Style, token: Token) -> Style:
    """Slack's ``*`` is bold where Markdown's is italic."""
    name = {"_": "italic", "~~": "strike"}.get(token.markup, "bold")
    if token.nesting > 0:
        return style | {name: True}
    return {key: on for key, on in style.items() if key != name}


def _plain_run(text: str, style: Style) -> list[Element]:
    """Words without Markdown in them: emoji and Slack's ``~strike~`` are left to find."""
    words, at = [], 0
    for found in _INLINE.finditer(text):
        words += [_text(text[at : found.start()], style), _found(found, style)]
        at = found.end()
    return [*words, _text(text[at:], style)]


def _found(found: re.Match[str], style: Style) -> Element:
    if found["emoji"]:
        return {"type": "emoji", "name": found["emoji"]}
    return _text(found["strike"], style | {"strike": True})


def _text(text: str, style: Style) -> Element:
    return {"type": "text", "text": text} | ({"style": dict(style)} if style else {})


def _linked(text: str, url: str, style: Style) -> Element:
    if not url:
        return _text(text, style)
    label = {} if text == url else {"text": text}
    return {"type": "link", "url": url, **label} | ({"style": dict(style)} if style else {})
