"""Passwords, keys, tokens and card numbers in a text: what must not leave the house by accident."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (what, re.compile(shape))
    for what, shape in (
        ("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
        (
            "a Slack token",
            r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{10,}",
        ),
        ("a Slack webhook", r"\bhooks\.slack\.com/(?:services|workflows|triggers)/T[\w/]{12,}"),
        ("an AWS key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
        ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{22,}"),
        ("a GitLab token", r"\bglpat-[\w-]{20,}"),
        ("a Google key", r"\bAIza[\w-]{35}\b|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}"),
        ("a Stripe key", r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9+/=]{16,}"),
        ("a key of an API", r"\bsk-[A-Za-z0-9_-]{32,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bnpm_\w{36}\b"),
        ("a signed token (JWT)", r"\beyJ[\w-]{10,}\.eyJ[\w-]{6,}\.[\w-]{10,}"),
        ("a password in an address", r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@<>{}*]{3,}@[\w.-]+"),
    )
)
_NAMED = re.compile(
    r"\b(?P<name>pass(?:word|wd|phrase|code)|pwd|client[ _-]?secret"
    r"|secret(?:[ _-]?(?:access[ _-]?)?key)?|api[ _-]?key"
    r"|(?:access|auth|bearer|api)[ _-]?token)\b[\"'`*]{0,3}"
    r"\s*(?P<way>[:=]|\bis\b:?)[ \t\"'`*]*(?P<value>[^\s\"'`]+)(?P<rest>[^\n]*)",
    re.IGNORECASE,
)
_SHORTEST = 5
_PLACEHOLDER = re.compile(
    r"[*x.•_-]+$|[<{\[(%$].*|.*(?:your|example|placeholder|redacted|changeme|hidden|\*\*\*|\.\.\.|…)",
    re.IGNORECASE,
)
_PLAIN = """
blank case changed correct different disabled empty enabled expired false fine forgotten gone
incorrect invalid locked missing needed none null optional outdated please private required reset
safe same secure secret sensitive short strong temporary true unchanged undefined unknown unset
valid weak wrong
"""
_ANSWERS = frozenset(_PLAIN.split())
_DIGITS = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
_GROUPED = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}|\d+")
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|(?:6011|65\d\d|35\d\d)\d{12}"
    r"|3[068]\d{12}"
)


def found(text: str) -> Iterator[tuple[str, str]]:
    """What looks like a secret: what it is, in plain words, and the secret itself."""
    for what, shape in _SHAPES:
        for each in shape.finditer(text):
            yield what, each[0]
    yield from _named(text)
    yield from _cards(text)


def _named(text: str) -> Iterator[tuple[str, str]]:
    for each in _NAMED.finditer(text):
        value = each["value"].rstrip(".,;:!?)*_~")
        alone = not each["rest"].strip(" .,;:!?)*_~\"'`")
        if _is_secret(value, is_alone=alone and each["way"] in ":="):
            yield (
                f"a {'password' if each['name'][:2].lower() in ('pa', 'pw') else 'secret key'}",
                value,
            )


def _is_secret(value: str, *, is_alone: bool) -> bool:
    """Whether what follows "password:" is one; a plain word is where it stands ``is_alone``."""
    if len(value) < _SHORTEST or _PLACEHOLDER.match(value) or value.casefold() in _ANSWERS:
        return False
    if "://" in value:
        return False
    is_plain = value.replace("-", "").replace("’", "").isalpha() and value[1:] == value[1:].lower()
    return is_alone or not is_plain


def _cards(text: str) -> Iterator[tuple[str, str]]:
    for each in _DIGITS.finditer(text):
        digits = re.sub(r"[ -]", "", each[0])
        if _GROUPED.fullmatch(each[0]) and _CARD.fullmatch(digits) and _checks(digits):
            yield "the number of a credit card", digits


def _checks(digits: str) -> bool:
    """The check digit of card numbers (Luhn); of one digit repeated it says nothing."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(sum(divmod(each, 10)) for each in doubled) % 10 == 0
