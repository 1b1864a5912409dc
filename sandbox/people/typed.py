"""What Slack's client makes of typed words: text with live links, and a rich_text block."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.world import Channel, Json, User, World

_TOKEN = re.compile(
    r"```(?P<pre>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?P<url>https?://[^\s<>|`]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w@])@(?P<person>[\w.-]*\w)"
    r"|(?<![\w#&])#(?P<channel>[\w-]+)"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+'-]+):(?![\w:])"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])",
    re.DOTALL,
)
_EVERYBODY = {"here", "channel", "everyone"}
_TRAILING = ".,;:!?)\"'"


@dataclass(frozen=True)
class Typed:
    """``text`` as Slack stores it: & < > escaped, mentions live; ``blocks`` say the same."""

    text: str
    blocks: list[Json]


def escape(text: str) -> str:
    """Exactly & < >, as Slack does (docs: formatting-message-text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def read(world: World, words: str, *, by: User) -> Typed:
    """What ``by`` has typed; names resolve among those that ``by`` can see."""
    pieces = [piece for piece in _pieces(world, words, by) if piece.text]
    elements = list(_elements(pieces))
    if not elements:
        return Typed("", [])
    block = {"type": "rich_text", "block_id": secrets.token_hex(2), "elements": elements}
    return Typed("".join(piece.text for piece in pieces), [block])


@dataclass(frozen=True)
class _Piece:
    text: str
    element: Json
    is_preformatted: bool = False


def _pieces(world: World, words: str, by: User) -> Iterator[_Piece]:
    at = 0
    for match in _TOKEN.finditer(words):
        yield _plain(words[at : match.start()])
        yield from _READERS[str(match.lastgroup)](world, match, by)
        at = match.end()
    yield _plain(words[at:])


def _elements(pieces: list[_Piece]) -> Iterator[Json]:
    """Sections of inline pieces, with the preformatted ones between them."""
    section: list[Json] = []
    for piece in pieces:
        if not piece.is_preformatted:
            section.append(piece.element)
            continue
        if section:
            yield {"type": "rich_text_section", "elements": section}
        yield {"type": "rich_text_preformatted", "elements": [piece.element], "border": 0}
        section = []
    if section:
        yield {"type": "rich_text_section", "elements": section}


def _plain(words: str) -> _Piece:
    return _Piece(escape(words), {"type": "text", "text": words})


def _styled(style: str, mark: str) -> Callable[[World, re.Match[str], User], list[_Piece]]:
    def read_style(world: World, match: re.Match[str], by: User) -> list[_Piece]:
        words = match[match.lastgroup or 0]
        element = {"type": "text", "text": words, "style": {style: True}}
        return [_Piece(f"{mark}{escape(words)}{mark}", element)]

    return read_style


def _preformatted(world: World, match: re.Match[str], by: User) -> list[_Piece]:
    words = match["pre"].strip("\n")
    element = {"type": "text", "text": words}
    return [_Piece(f"```{escape(words)}```", element, is_preformatted=True)]


def _url(world: World, match: re.Match[str], by: User) -> list[_Piece]:
    address = match["url"].rstrip(_TRAILING)
    rest = match["url"][len(address) :]
    return [_Piece(f"<{escape(address)}>", {"type": "link", "url": address}), _plain(rest)]


def _email(world: World, match: re.Match[str], by: User) -> list[_Piece]:
    address = match["email"]
    link = {"type": "link", "url": f"mailto:{address}", "text": address}
    return [_Piece(f"<mailto:{address}|{address}>", link)]


def _emoji(world: World, match: re.Match[str], by: User) -> list[_Piece]:
    return [_Piece(match[0], {"type": "emoji", "name": match["emoji"]})]


def _person(world: World, match: re.Match[str], by: User) -> list[_Piece]:
    name = match["person"]
    if name in _EVERYBODY:
        return [_Piece(f"<!{name}>", {"type": "broadcast", "range": name})]
    for group in world.usergroups.values():
        if group.handle == name and group.team_id == by.team_id:
            element = {"type": "usergroup", "usergroup_id": group.id}
            return [_Piece(f"<!subteam^{group.id}>", element)]
    found = person_named(world, name, by=by)
    if found is None:
        return [_plain(match[0])]
    return [_Piece(f"<@{found.id}>", {"type": "user", "user_id": found.id})]


def _channel(world: World, match: re.Match[str], by: User) -> list[_Piece]:
    found = channel_named(world, match["channel"], by=by)
    if found is None:
        return [_plain(match[0])]
    element = {"type": "channel", "channel_id": found.id}
    return [_Piece(f"<#{found.id}|{found.name}>", element)]


def person_named(world: World, name: str, *, by: User) -> User | None:
    """The person ``by`` means with @name: of the own company first, then of connected ones."""
    sharing = {
        team for c in world.channels.values() if by.team_id in c.team_ids for team in c.team_ids
    }
    known = [u for u in world.users.values() if u.name == name and not u.deleted]
    known.sort(key=lambda u: u.team_id != by.team_id)
    return next((u for u in known if u.team_id == by.team_id or u.team_id in sharing), None)


def channel_named(world: World, name: str, *, by: User) -> Channel | None:
    """The channel ``by`` means with #name: one they are in, or a public one of their company."""
    for channel in world.channels.values():
        is_open = by.team_id in channel.team_ids and not channel.is_private
        if channel.name == name and (by.id in channel.members or is_open):
            return channel
    return None


_READERS: dict[str, Callable[[World, re.Match[str], User], list[_Piece]]] = {
    "pre": _preformatted,
    "code": _styled("code", "`"),
    "url": _url,
    "email": _email,
    "person": _person,
    "channel": _channel,
    "emoji": _emoji,
    "bold": _styled("bold", "*"),
    "italic": _styled("italic", "_"),
    "strike": _styled("strike", "~"),
}
