"""Templates are compiled to leaner code, which says what Jinja2's own would have said."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import UndefinedError

from bot.slack import compiling
from bot.slack.compiling import environment

FIELDS = {
    "one": SimpleNamespace(name="Carla", items="own", none=None),
    "fields": {"name": "Size", "items": 3},
    "many": [1, 2, 3],
    "tree": [{"name": "a", "below": [{"name": "b", "below": []}]}],
}
OTHERS = {
    "base.j2": "<{% block top %}{{ one.name }}{% endblock %}|{{ self.top() }}>",
    "own.j2": "{% macro say(a) %}{{ a }} {{ greeting }} {{ one is defined }}{% endmacro %}",
    "part.j2": "{{ one.name }} {{ greeting }}",
}
SAME = """
{{ one.name }} {{ one['name'] }} {{ fields.name }} {{ fields['items'] }}
{{ one.items }} {{ one.none }} {{ fields.get('name') }}
{{ 'yes' if many }}{{ 'no' if not many }}{{ 'a' if not many else 'b' }}
{{ ('no' if not many)|default('instead') }} {{ ('no' if not many) is defined }}
{{ 'so' ~ ('no' if not many) }} {{ nobody|default('nobody') }} {{ one.nothing is defined }}
{% for each in many if each > 1 %}{{ loop.index }}{{ each }}{{ one.name }}{% endfor %}
{% for it in tree recursive %}{{ it.name }}{{ loop(it.below) if it.below }}{% endfor %}
{% macro a(x, y=3) %}{{ x }}{{ y }}{% endmacro %}{{ a(1) }}{{ a(1, 2) }}{{ a(1, y=5) }}{{ a(x=1) }}
{% macro a() %}{{ varargs }}{{ kwargs.x }}{% endmacro %}{{ a(1, x=3, class=1) }}
{% macro a(x) %}{{ x }}{{ caller() }}{% endmacro %}{% call a('|') %}{{ one.name }}{% endcall %}
{% macro a(x) %}{{ x }}{% endmacro %}{% macro b(x) %}{{ a(x) }}{{ a(many) }}{% endmacro %}{{ b(1) }}
{% macro a() %}{{ caller(1) }}{{ caller(2) }}{% endmacro %}{% call(n) a() %}-{{ n }}{% endcall %}
{% set known = one.name %}{% macro a() %}{{ known }} {{ greeting }}{% endmacro %}{{ a() }}
{% macro a(x) %}{{ x }}{% endmacro %}{{ a.name }} {{ a.arguments }}
{% import 'own.j2' as own %}{{ own.say('Carla') }}
{% import 'own.j2' as own with context %}{{ own.say('Carla') }}
{% from 'own.j2' import say %}{{ say(a='Carla') }}{% include 'part.j2' %}
{% extends 'base.j2' %}{% block top %}{{ super() }} and {{ greeting }}{% endblock %}
""".strip().splitlines()


def _ours(folder: Path) -> Environment:
    for name, source in OTHERS.items():
        (folder / name).write_text(source)
    return environment([folder], greeting="hello")


@pytest.mark.parametrize("source", SAME)
def test_a_template_says_what_it_says_in_jinja2(source: str, tmp_path: Path) -> None:
    stock = Environment(undefined=StrictUndefined, loader=DictLoader(OTHERS))
    stock.globals["greeting"] = "hello"
    said = _ours(tmp_path).from_string(source).render(FIELDS)
    assert said == stock.from_string(source).render(FIELDS)
    assert said


@pytest.mark.parametrize(
    "source", ["{{ one.nothing }}", "{{ nobody.name }}", "{{ fields.nothing }}", "{{ nobody }}"]
)
def test_what_is_not_there_is_an_error(source: str) -> None:
    with pytest.raises(UndefinedError):
        environment([]).from_string(source).render(FIELDS)


def test_an_error_says_which_line_came_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text("\n{{ ('a' if not many).name }}")
    with pytest.raises(UndefinedError, match=r"line 2 in 'x\.j2'"):
        environment([tmp_path]).get_template("x.j2").render(FIELDS)


def test_a_macro_that_is_given_too_much_is_an_error() -> None:
    source = "{% macro say(a) %}{{ a }}{% endmacro %}{{ say(1, 2) }}"
    with pytest.raises(TypeError, match="not more than 1"):
        environment([]).from_string(source).render()


def test_words_are_escaped_once_and_as_slack_wants_it() -> None:
    source = """{% macro say(a) %}<{{ a }}{{ "it's" }}>{% endmacro %}{{ say('<"&') }}"""
    assert environment([]).from_string(source).render() == """<&lt;"&amp;it's>"""


def test_the_code_is_the_lean_one() -> None:
    """Else an update of Jinja2 could move what is changed there, and nobody would notice."""
    source = "{% macro a(x) %}{{ x.name }}{% endmacro %}{{ a(one) if one }}"
    code = environment([]).compile(source, raw=True)
    for lean in ("Quick(Macro(", "call(", ":= getattr(", "nothing('line 1')"):
        assert lean in code
    for stock in ("context.call(", "cond_expr_undefined(", "escape(("):
        assert stock not in code
    assert isinstance(environment([]).from_string(source).globals, dict)


def test_what_is_changed_of_jinja2_is_still_there() -> None:
    changed = {name for name in vars(compiling._CodeGenerator) if not name.startswith("__")}
    assert {name for name in changed if not hasattr(CodeGenerator, name)} == set()
