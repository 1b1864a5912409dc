"""``markdown`` blocks as safe HTML: raw HTML stays text, and no picture is fetched."""

from __future__ import annotations

from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from sandbox.page import emoji


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "linkify": False}).disable("image")
    parser.add_render_rule("link_open", _open_link)
    return parser


def _open_link(renderer: Any, tokens: Any, at: int, *rest: Any) -> str:
    tokens[at].attrSet("target", "_blank")
    tokens[at].attrSet("rel", "noopener noreferrer")
    return str(renderer.renderToken(tokens, at, *rest))


def html(text: str) -> Markup:
    """Standard Markdown as Slack's markdown block takes it."""
    return Markup(_parser().render(emoji.as_characters(text)))
