"""The builder refuses what has no place and shortens what has no room."""

import json
from pathlib import Path
from typing import Any

import pytest
from jinja2 import TemplateError, UndefinedError

from bot.slack.kit import Misplaced
from bot.slack.render import Rendered, Renderer

TEXT = "{% call kit.text() %}text{% endcall %}"


@pytest.fixture
def draw(tmp_path: Path) -> Any:
    """Renders a template written in the test itself."""

    def drawn(source: str, **fields: object) -> Rendered:
        (tmp_path / "try.j2").write_text(TEXT + source)
        return Renderer(tmp_path).message("try.j2", **fields)

    return drawn


def _words(rendered: Rendered) -> str:
    return str(rendered.blocks[0]["text"]["text"])


@pytest.mark.parametrize(
    "source",
    [
        "stray words",
        "{{ name }}",
        "{{ kit.button('Go', 'go', 1) }}",
        "{{ kit.field('Owner', 'Ana') }}",
        "{% call kit.actions() %}words{{ kit.button('Go', 'go', 1) }}{% endcall %}",
        "{% call kit.actions() %}{{ kit.field('a', 'b') }}{% endcall %}",
        "{% call kit.section() %}{{ kit.divider() }}{% endcall %}",
        "{% call kit.section() %}{{ kit.button('Go', 'go', 1) }}{% endcall %}",
        "{% call kit.section() %}x{{ kit.button(1, 1, 1) }}{{ kit.button(2, 2, 2) }}{% endcall %}",
    ],
)
def test_what_stands_in_the_wrong_place_is_an_error(draw: Any, source: str) -> None:
    with pytest.raises(Misplaced):
        draw(source, name="Carla")


def test_a_misspelt_field_is_an_error(draw: Any) -> None:
    with pytest.raises(UndefinedError):
        draw("{% call kit.section() %}{{ nmae }}{% endcall %}", name="Carla")


@pytest.mark.parametrize("source", ["1 / 0", "name + 1", "none.name", "[][3]()", "name()"])
def test_what_fails_in_an_expression_is_the_templates_error(draw: Any, source: str) -> None:
    with pytest.raises(TemplateError):
        draw(f"{{% call kit.section() %}}{{{{ {source} }}}}{{% endcall %}}", name="Carla")


def test_a_message_that_never_says_its_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "try.j2").write_text("{% call kit.section() %}x{% endcall %}")
    with pytest.raises(ValueError, match=r"message\.text"):
        Renderer(tmp_path).message("try.j2")


def test_only_the_three_characters_are_escaped_wherever_they_come_from(draw: Any) -> None:
    source = "{% call kit.section() %}isn't {{ \"it's & 'so'\" }} {{ name }}{% endcall %}"
    assert _words(draw(source, name='O\'Hara <"x">')) == (
        "isn't it's &amp; 'so' O'Hara &lt;\"x\"&gt;"
    )


def test_words_that_have_passed_a_filter_are_not_escaped_again(draw: Any) -> None:
    source = (
        "{% call kit.section() %}{{ words|quote|shorten(50) }} {{ ''|link('a&b') }}{% endcall %}"
    )
    assert _words(draw(source, words="a &amp; <https://b.example|c>")) == (
        "a &amp; <https://b.example|c> a&amp;b"
    )


def test_words_put_together_before_they_are_shown_are_escaped_once(draw: Any) -> None:
    source = "{% set who = '*' ~ name ~ '*' %}{% call kit.section() %}{{ who }}{% endcall %}"
    assert _words(draw(source, name="<!here>")) == "*&lt;!here&gt;*"


def test_a_macro_and_a_set_block_keep_what_is_finished(draw: Any) -> None:
    source = (
        "{% macro bold(x) %}*{{ x }}*{% endmacro %}{% set y %}{{ name }}{% endset %}"
        "{% call kit.section() %}{{ bold(y) }}{% endcall %}"
    )
    assert _words(draw(source, name="a&b")) == "*a&amp;b*"


def test_labels_are_plain_text_and_hold_no_entities(draw: Any) -> None:
    source = (
        "{% call kit.actions() %}{{ kit.button(name, 'go', 1) }}{% endcall %}"
        "{{ kit.header(name|quote) }}"
    )
    actions, header = draw(source, name="R&D <x>").blocks
    assert actions["elements"][0]["text"]["text"] == header["text"]["text"] == "R&D <x>"


def test_long_words_are_shortened_in_every_place(draw: Any) -> None:
    source = """
      {% call kit.section() %}{{ x }}{% endcall %}
      {% call kit.context() %}{{ x }}{% endcall %}
      {% call kit.fields() %}{{ kit.field("a", x) }}{% endcall %}
      {% call kit.actions() %}{{ kit.button(x, "go", 1, confirm=x) }}{% endcall %}
      {{ kit.header(x) }}
    """
    assert len(draw(source, x="word & " * 6000).blocks) == 5


def test_a_question_before_an_act_is_answered_in_the_words_of_the_button(draw: Any) -> None:
    source = """{% call kit.actions() %}
      {{ kit.button("Delete", "go", 1, style="danger", confirm="They may have read it.") }}
    {% endcall %}"""
    (actions,) = draw(source).blocks
    asked = actions["elements"][0]["confirm"]
    assert (asked["title"]["text"], asked["confirm"]["text"]) == ("Delete?", "Delete")
    assert asked["style"] == "danger"


def test_blocks_without_words_are_left_out(draw: Any) -> None:
    calls = ("section", "context", "actions", "fields")
    source = "".join(f"{{% call kit.{call}() %}} {{% endcall %}}" for call in calls)
    assert draw(source).blocks == []


def test_a_text_without_words_still_is_a_text() -> None:
    assert Renderer().message("access/whisper.j2", words="\x00", returned="").text == "…"


def test_the_indent_of_a_template_does_not_reach_slack(draw: Any) -> None:
    assert _words(draw("{% call kit.section() %}\n    a\n      b\n  {% endcall %}")) == "a\nb"


def test_the_frame_of_a_form_carries_its_data_as_json(tmp_path: Path) -> None:
    source = (
        "{{ kit.modal('A title that is far too long', callback_id='x',"
        " private_metadata={'id': 7}) }}"
        "{{ kit.input('Which?', kit.select('which', [('1', 'One'), ('2', 'Two')], chosen='2')) }}"
    )
    (tmp_path / "form.j2").write_text(source)
    view = Renderer(tmp_path).modal("form.j2")
    assert json.loads(view["private_metadata"]) == {"id": 7}
    assert view["title"]["text"] == "A title that is far too…"
    assert view["blocks"][0]["block_id"] == "which"
    assert view["blocks"][0]["element"]["initial_option"]["value"] == "2"


def test_a_form_without_a_frame_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "form.j2").write_text("{{ kit.divider() }}")
    with pytest.raises(Misplaced, match=r"never says kit\.modal"):
        Renderer(tmp_path).modal("form.j2")


def test_an_operators_own_template_goes_before_ours_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "whisper.j2").write_text(
        "{% call kit.text() %}¡{{ words }}!{% endcall %}"
    )
    assert Renderer(tmp_path).message("access/whisper.j2", words="Hola").text == "¡Hola!"
    assert Renderer().message("access/whisper.j2", words="Hello", returned="").text == "Hello"
