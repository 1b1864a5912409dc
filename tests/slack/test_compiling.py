"""Templates are compiled to leaner code, which says what Jinja2's own would have said."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment, StrictUndefined
from jinja2.exceptions import UndefinedError

from bot.slack.compiling import compiler

FIELDS = {
    "one": SimpleNamespace(name="Carla", items="own", none=None),
    "fields": {"name": "Size", "items": 3},
    "many": [1, 2, 3],
}
SAME = """
{{ one.name }} {{ one['name'] }} {{ fields.name }} {{ fields['items'] }}
{{ one.items }} {{ one.none }} {{ fields.get('name') }}
{{ 'yes' if many }}{{ 'no' if not many }}{{ 'a' if not many else 'b' }}
{{ ('no' if not many)|default('instead') }} {{ ('no' if not many) is defined }}
{{ 'so' ~ ('no' if not many) }} {{ nobody|default('nobody') }} {{ one.nothing is defined }}
{% for each in many if each > 1 %}{{ loop.index }}{{ each }}{{ one.name }}{% endfor %}
{% macro a(x, y=3) %}{{ x }}{{ y }}{% endmacro %}{{ a(1) }}{{ a(1, 2) }}{{ a(1, y=5) }}{{ a(x=1) }}
{% macro a() %}{{ varargs }}{{ kwargs.x }}{% endmacro %}{{ a(1, 2, x=3) }}
{% macro a(x) %}{{ x }}{{ caller() }}{% endmacro %}{% call a('|') %}{{ one.name }}{% endcall %}
{% macro a(x) %}{{ x }}{% endmacro %}{% macro b(x) %}{{ a(x) }}{{ a(one) }}{% endmacro %}{{ b(1) }}
{% macro a() %}{{ caller(1) }}{{ caller(2) }}{% endmacro %}{% call(n) a() %}-{{ n }}{% endcall %}
{% set known = one.name %}{% macro a() %}{{ known }} {{ greeting }}{% endmacro %}{{ a() }}
""".strip().splitlines()


@pytest.mark.parametrize("source", SAME)
def test_a_template_says_what_it_says_in_jinja2(source: str) -> None:
    stock = Environment(undefined=StrictUndefined)
    stock.globals["greeting"] = "hello"
    ours = compiler([], greeting="hello").from_string(source)
    assert ours.render(FIELDS) == stock.from_string(source).render(FIELDS)


@pytest.mark.parametrize(
    "source", ["{{ one.nothing }}", "{{ nobody.name }}", "{{ fields.nothing }}", "{{ nobody }}"]
)
def test_what_is_not_there_is_an_error(source: str) -> None:
    with pytest.raises(UndefinedError):
        compiler([]).from_string(source).render(FIELDS)


def test_a_macro_that_is_given_too_much_is_an_error() -> None:
    source = "{% macro say(a) %}{{ a }}{% endmacro %}{{ say(1, 2) }}"
    with pytest.raises(TypeError, match="not more than 1"):
        compiler([]).from_string(source).render()


def test_what_a_macro_said_is_not_escaped_again() -> None:
    source = "{% macro say(a) %}<{{ a }}>{% endmacro %}{{ say('<&') }}"
    assert compiler([]).from_string(source).render() == "<&lt;&amp;>"


def test_a_macro_of_another_file_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "_own.j2").write_text("{% macro say(a) %}{{ a }} {{ greeting }}{% endmacro %}")
    source = "{% import '_own.j2' as own %}{{ own.say('Carla') }}"
    assert compiler([tmp_path], greeting="hello").from_string(source).render() == "Carla hello"
