"""Texts of macros: what may stand in them, how they are filled, and that nothing gets out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Refused
from bot.slack import canned, markdown
from bot.usecases.macro import SAMPLE
from bot.usecases.starters import STARTERS


def filled(text: str, **values: str) -> str:
    return canned.filled(text, SAMPLE | values)


def test_variables_conditions_and_filters_are_filled_in() -> None:
    text = "Hi {{ agent }}{% if account %} of {{ account|upper }}{% endif %}, {{ ticket }}."
    assert filled(text) == "Hi Ana Petrova of ACME, #12."
    assert filled(text, account="") == "Hi Ana Petrova, #12."


def test_every_variable_has_a_sample_and_an_explanation() -> None:
    assert SAMPLE.keys() == canned.VARIABLES.keys()


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.name)
def test_every_starter_can_be_filled_in(starter: object) -> None:
    assert "{" not in filled(canned.checked(getattr(starter, "text", "")))


@pytest.mark.parametrize(
    "text, words",
    [
        ("{{ custmer }}", "Line 1: there is no {{ custmer }}. Did you mean {{ customer }}?"),
        ("one\ntwo {{ xyzzy }}", "Line 2: there is no {{ xyzzy }}. There are account,"),
        ("{{ customer", "Line 1: unexpected end of template"),
        ("{{ customer }", "Line 1: unexpected '}'"),
        ("{% if account %}", "Unexpected end of template"),
        ("{{ customer|join }}", "there is no filter join"),
        ("{% for c in customer %}{{ c }}{% endfor %}", "nothing more"),
        ("{{ customer.__class__.__mro__ }}", "nothing more"),
        ("{{ customer['x'] }}", "nothing more"),
        ("{{ customer() }}", "nothing more"),
        ("{{ 'a' * 1000000000 }}", "nothing more"),
        ("{{ 9 ** 9 ** 9 }}", "nothing more"),
        ("{{ range(1000000000) }}", "macros know variables, if and else"),
        ("{% set x = 1 %}", "macros know variables, if and else"),
        ("{% include 'ticket/card.j2' %}", "macros know variables, if and else"),
        ("{% import 'x' as x %}", "macros know variables, if and else"),
        ("{% macro x() %}{% endmacro %}", "macros know variables, if and else"),
        ("{{ " + "(" * 600 + "agent" + ")" * 600 + " }}", "nested too deep"),
        ("{%if agent%}" * 140 + "{%endif%}" * 140, "nested too deep"),
        ("x" * 3001, "3,000 characters"),
    ],
)
def test_what_cannot_be_is_told_with_its_line_and_mend(text: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        canned.checked(text)
    assert words in str(refusal.value)
    assert refusal.value.field == "text"


@pytest.mark.parametrize(
    "name, words",
    [
        ("*Bo* [b](https://evil.example)", "Bo b(https: //evil.example)"),
        ("<!channel>", "!channel"),
        ("_x_ snake_case", "x snake_case"),
        ("`rm`\n\n# Big", "rm # Big"),
        ("Ann~e|", "Anne"),
    ],
)
def test_marks_in_a_name_become_mere_words(name: str, words: str) -> None:
    assert filled("Hi {{ customer }}!", customer=name) == f"Hi {words}!"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_name_makes_a_mention_a_link_or_a_style(name: str) -> None:
    plain = canned.plain(name)
    (block,) = markdown.to_slack(f"{plain} x") or [{}]
    told = str(block)
    assert "'type': 'link'" not in told
    assert "'style'" not in told
    assert "rich_text_list" not in told
    assert "rich_text_quote" not in told


def test_a_macro_that_grows_too_long_is_refused() -> None:
    with pytest.raises(Refused, match="over 3,000 characters"):
        filled("{{ customer }}" * 30, customer="Carla " * 30)
