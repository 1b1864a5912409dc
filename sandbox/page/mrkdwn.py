"""Slack's mrkdwn as safe HTML, in the eyes of one reader.

Text of others never becomes live: every piece is escaped on its way out, and links lead to http(s),
mail and phone only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

from sandbox.page import dates, emoji
from sandbox.page.reader import Reader

_FENCE = re.compile(r"```(.*?)```", re.DOTALL)
_QUOTE = re.compile(r"^(?:&gt;|>) ?")
_EDGE_BEFORE, _EDGE_AFTER = r"(?<![\w{0}])", r"(?![\w{0}])"


def _pair(mark: str, name: str) -> str:
    """A pattern for text between two marks that stand at the edges of words."""
    before, after = _EDGE_BEFORE.replace("{0}", mark), _EDGE_AFTER.replace("{0}", mark)
    return rf"{before}{mark}(?P<{name}>[^\s{mark}](?:[^{mark}\n]*[^\s{mark}])?){mark}{after}"


_TOKEN = re.compile(
    "|".join(
        [
            r"`(?P<code>[^`\n]+)`",
            r"<(?P<live>[^<>\n]+)>",
            r":(?P<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):",
            _pair(r"\*", "strong"),
            _pair("_", "em"),
            _pair("~", "s"),
            r"(?P<bare>https?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"])",
            r"(?P<newline>\n)",
        ]
    )
)
_SAFE = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)


def unescape(text: str) -> str:
    """Slack's three entities back to characters (FACTS.md §10)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain(text: str) -> Markup:
    """A ``plain_text`` object's text as HTML: emoji are drawn, nothing else is live."""
    return emoji.draw_names(unescape(text))


def html(text: str, reader: Reader, *, verbatim: bool = False) -> Markup:
    """mrkdwn as HTML. ``verbatim`` leaves bare addresses alone, as Slack does."""
    pieces = _FENCE.split(text)
    return Markup("").join(
        _preformatted(piece) if at % 2 else _lines(piece, reader, verbatim=verbatim)
        for at, piece in enumerate(pieces)
        if piece.strip("\n")
    )


def _preformatted(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(unescape(_without_live(text)).strip("\n"))


def _without_live(text: str) -> str:
    """Code shows the address or label of a link, not its brackets."""
    return re.sub(r"<(https?://[^|<>]+)(?:\|([^<>]*))?>", lambda m: m[2] or m[1], text)


def _lines(text: str, reader: Reader, *, verbatim: bool) -> Markup:
    head, sign, rest = _split_long_quote(text)
    runs = (
        groupby(head.strip("\n").split("\n"), key=lambda line: bool(_QUOTE.match(line)))
        if head.strip("\n")
        else ()
    )
    parts = [
        _run(list(lines), reader, is_quote=is_quote, verbatim=verbatim) for is_quote, lines in runs
    ]
    if sign:
        parts.append(
            Markup("<blockquote>{}</blockquote>").format(
                inline(rest.strip(), reader, verbatim=verbatim)
            )
        )
    return Markup("").join(parts)


def _split_long_quote(text: str) -> tuple[str, str, str]:
    """``>>>`` quotes all that follows."""
    found = re.search(r"^(?:&gt;|>){3}", text, re.MULTILINE)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _run(lines: list[str], reader: Reader, *, is_quote: bool, verbatim: bool) -> Markup:
    if not is_quote:
        return inline("\n".join(lines), reader, verbatim=verbatim)
    text = "\n".join(_QUOTE.sub("", line) for line in lines)
    return Markup("<blockquote>{}</blockquote>").format(inline(text, reader, verbatim=verbatim))


def inline(text: str, reader: Reader, *, verbatim: bool = False) -> Markup:
    """One run of mrkdwn without quotes or code blocks."""
    return Markup("").join(_inline_parts(text, reader, verbatim=verbatim))


def _inline_parts(text: str, reader: Reader, *, verbatim: bool) -> Iterator[Markup]:
    done = 0
    for found in _TOKEN.finditer(text):
        yield emoji.draw_characters(unescape(text[done : found.start()]))
        yield _token(found, reader, verbatim=verbatim)
        done = found.end()
    yield emoji.draw_characters(unescape(text[done:]))


def _token(found: re.Match[str], reader: Reader, *, verbatim: bool) -> Markup:
    kind, inner = found.lastgroup or "", found[found.lastgroup or 0]
    match kind:
        case "newline":
            return Markup("<br>")
        case "code":
            return Markup("<code>{}</code>").format(unescape(_without_live(inner)))
        case "emoji":
            return emoji.html(inner)
        case "live":
            return live(inner, reader)
        case "bare":
            return escape(unescape(inner)) if verbatim else link(unescape(inner), None, reader)
        case _:
            return Markup(f"<{kind}>{{}}</{kind}>").format(inline(inner, reader, verbatim=verbatim))


def live(token: str, reader: Reader) -> Markup:
    """What stands between ``<`` and ``>``."""
    target, _, label = token.partition("|")
    match target[:1]:
        case "@":
            return person(target[1:], reader)
        case "#":
            return channel(target[1:], reader)
        case "!":
            return _command(target[1:], label, reader)
        case _ if _SAFE.match(target):
            return link(
                unescape(target), inline(label, reader, verbatim=True) if label else None, reader
            )
        case _:
            return escape(unescape(f"<{token}>"))


def link(url: str, label: Markup | None, reader: Reader) -> Markup:
    """A link; one to this Slack's own messages stays in the page."""
    if not _SAFE.match(url):
        return label or escape(url)
    shown = label or escape(url.removeprefix("mailto:"))
    if own := reader.own_link(url):
        return Markup('<a href="{}" data-go>{}</a>').format(own, shown)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
        url, shown
    )


def person(user_id: str, reader: Reader) -> Markup:
    """An @mention; the reader's own stands out."""
    kind = "mention mention-me" if user_id == reader.user.id else "mention"
    return Markup('<span class="{}">@{}</span>').format(kind, reader.person_name(user_id))


def channel(channel_id: str, reader: Reader) -> Markup:
    """A #channel, by name only for those who may know the name (FACTS.md §10)."""
    known = reader.channel(channel_id)
    if known is None:
        return Markup('<span class="mention">#private-channel</span>')
    if not reader.is_in(known):
        return Markup('<span class="mention">#{}</span>').format(known.name)
    return Markup('<a class="mention" href="{}" data-go>#{}</a>').format(
        reader.link_to(known), known.name
    )


def _command(target: str, label: str, reader: Reader) -> Markup:
    name, _, rest = target.partition("^")
    if name == "subteam":
        return Markup('<span class="mention">@{}</span>').format(reader.group_handle(rest))
    if name in ("here", "channel", "everyone"):
        return Markup('<span class="mention mention-me">@{}</span>').format(name)
    if name == "date":
        return _date(rest, label, reader)
    return escape(unescape(label or f"<!{target}>"))


def _date(rest: str, fallback: str, reader: Reader) -> Markup:
    seconds, _, more = rest.partition("^")
    pattern, _, url = more.partition("^")
    if not re.fullmatch(r"\d{1,11}", seconds):
        return escape(unescape(fallback))
    shown = date(int(seconds), unescape(pattern), reader)
    return link(unescape(url), shown, reader) if url else shown


def date(epoch: int, pattern: str, reader: Reader) -> Markup:
    """An instant by Slack's pattern, in the reader's zone, with the full time as a hint."""
    at = dates.local(epoch, reader.zone)
    full = dates.fill("{date_long} at {time}", at, reader.world.clock.now())
    words = dates.fill(pattern, at, reader.world.clock.now())
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), full, words)
