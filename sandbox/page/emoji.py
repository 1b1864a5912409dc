"""Emoji: Slack's names for them, and drawings of the common ones so that no font is needed.

``emoji.json`` holds names (from emoji-mart, MIT) and drawings (Fluent UI Emoji by Microsoft, MIT).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

_TONE = re.compile(r"::skin-tone-[2-6]$")
_SHORT = re.compile(r":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):")
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 32 32">{}</svg>'
)


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = json.loads(
        Path(__file__).with_name("emoji.json").read_text("utf-8")
    )
    return table


def character(name: str) -> str | None:
    """The character for a Slack name such as ``white_check_mark``; None for an unknown name."""
    return _table()["names"].get(_TONE.sub("", name))


@cache
def _names() -> dict[str, str]:
    by_character: dict[str, str] = {}
    for name, char in _table()["names"].items():
        by_character.setdefault(char, name)
    return by_character


@cache
def _hex(char: str) -> str:
    return "-".join(f"{ord(c):x}" for c in char)


@cache
def _drawings() -> dict[str, str]:
    return {_hex(char): body for char, body in _table()["drawings"].items()}


def drawing(code: str) -> str | None:
    """The SVG for a code such as ``1f440``; None where we have no drawing."""
    body = _drawings().get(code)
    return None if body is None else _SVG.format(body)


@cache
def html(name: str) -> Markup:
    """One emoji by name; an unknown name stays ``:name:``."""
    char = character(name)
    return escape(f":{name}:") if char is None else _picture(char, name)


@cache
def _picture(char: str, name: str) -> Markup:
    code = _hex(char)
    if code not in _drawings():
        return Markup('<span class="emoji" title=":{}:">{}</span>').format(name, char)
    return Markup('<img class="emoji" src="/page/emoji/{}.svg" alt="{}" title=":{}:">').format(
        code, char, name
    )


@cache
def _drawn_characters() -> re.Pattern[str]:
    chars = set(_table()["drawings"]) | {c.removesuffix("\ufe0f") for c in _table()["drawings"]}
    pictures = [c for c in chars if not (len(c) == 1 and ord(c) < 0x2190)]
    return re.compile("|".join(re.escape(c) for c in sorted(pictures, key=len, reverse=True)))


def draw_characters(text: str | Markup) -> Markup:
    """HTML of ``text`` (escaped unless it is Markup) with emoji characters as pictures."""
    return Markup(_drawn_characters().sub(_from_character, str(escape(text))))


def _from_character(found: re.Match[str]) -> str:
    char = found[0]
    full = char if char in _names() else char + "\ufe0f"
    return str(_picture(full, _names().get(full, "")))


def draw_names(text: str) -> Markup:
    """HTML of ``text`` with ``:name:`` and emoji characters as pictures, all else escaped."""
    done, parts = 0, []
    for found in _SHORT.finditer(text):
        if character(found[1]):
            parts += [draw_characters(text[done : found.start()]), html(found[1])]
            done = found.end()
    return Markup("").join([*parts, draw_characters(text[done:])])


def as_characters(text: str) -> str:
    """``:name:`` as characters, for places where pictures cannot stand."""
    return _SHORT.sub(lambda found: character(found[1]) or found[0], text)


COMMON = (
    "eyes",
    "white_check_mark",
    "ticket",
    "rotating_light",
    "see_no_evil",
    "pray",
    "+1",
    "-1",
    "heart",
    "tada",
    "joy",
    "smile",
    "slightly_smiling_face",
    "thinking_face",
    "sob",
    "open_mouth",
    "raised_hands",
    "clap",
    "fire",
    "rocket",
    "100",
    "wave",
    "muscle",
    "question",
    "warning",
    "x",
    "hourglass",
    "heavy_plus_sign",
    "memo",
    "bulb",
    "coffee",
    "cake",
)
"""What the picker offers, the ones Threadkeeper listens to first."""
