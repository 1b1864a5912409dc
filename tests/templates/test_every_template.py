"""Every template, whatever others write or are called: Slack takes it, nobody is pinged."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from slack_sdk.models.views import View

from bot.slack.render import Renderer
from bot.usecases import notices
from bot.usecases.urgent import UrgentScene
from tests.slack.hostile import HUGE, is_well_formed, live, texts
from tests.templates import cast, companies, opinions
from tests.templates.reading import read

TEMPLATES = Path(__file__).parents[2] / "templates"
RENDERER = Renderer()

CUSTOMERS = {
    "intake/receipt.j2",
    "intake/opening.j2",
    "intake/urgent.j2",
    "intake/split.j2",
    "ticket/solved.j2",
    "ticket/reopened.j2",
    "ticket/nudge.j2",
    "ticket/goes_on.j2",
    "reply/customer.j2",
    "promise/customer.j2",
    "digest/customer.j2",
    "csat/poll.j2",
    "csat/reminder.j2",
    "suggestion/answer.j2",
}
OF_THEIR_OWN = {"reply/customer.j2", "promise/customer.j2", "digest/customer.j2"} | {
    "suggestion/answer.j2"
}
TYPED_BY_OURS = {
    "access/whisper.j2",
    "reply/customer.j2",
    "reply/desk.j2",
    "macro/list.j2",
    "macro/show.j2",
    "article/found.j2",
    "article/page.j2",
    "article/form.j2",
    "article/gaps.j2",
    "article/history.j2",
    "article/note.j2",
    "article/folder.j2",
    "article/stats.j2",
    "article/due.j2",
    "suggestion/note.j2",
    "suggestion/answer.j2",
}  # not yet escaped

HOSTILE = "<!channel> <@U0CARLA> R&D <b> &lt;!here&gt; \u202eשלום *`"
SCENES = {
    "small": ("Help", "Carla", 1),
    "empty": ("", "Carla", 0),
    "huge": (HUGE, "Carla Maria " * 40, 200),
    "hostile": (HOSTILE, HOSTILE, 3),
    "right to left": ("שלום, הרובוט נעצר", "דנה", 2),
    "emoji": ("👩\u200d👩\u200d👧👍🏽 :wave:" * 300, "🤖", 2),
    "code": ("```\n" + "x = 1 &lt; 2\n" * 400 + "```", "Carla", 2),
}
OURS = {
    "@U0ANA",
    "@U0TARIQ",
    "!subteam^S0SUPPORT",
    "!subteam^S0SPECIALS",
}  # whom a card or a note mentions on purpose


@pytest.fixture(params=SCENES)
def told(request: pytest.FixtureRequest) -> tuple[str, str, int]:
    return SCENES[request.param]


def test_slack_takes_every_message(told: tuple[str, str, int]) -> None:
    for template, fields in cast.messages(*told):
        rendered = RENDERER.message(template, **fields)
        read(rendered.blocks)
        assert json.dumps(rendered).encode()


def test_slack_takes_every_form_and_home(told: tuple[str, str, int]) -> None:
    views = [RENDERER.modal(template, **fields) for template, fields in cast.modals(*told)]
    views += [RENDERER.home("home/home.j2", scene=scene) for scene in cast.homes(*told)]
    for view in views:
        View(**view).validate_json()
        assert json.dumps(view).encode()


def test_nobody_is_pinged_by_what_others_write_or_are_called(told: tuple[str, str, int]) -> None:
    for template, words in _all_words(*told):
        assert set(live(words)) <= OURS, template
        assert is_well_formed(words), template


@settings(max_examples=40, deadline=None)
@given(texts, texts)
def test_nobody_is_pinged_whatever_the_words(text: str, name: str) -> None:
    for template, words in _all_words(text, name, 2):
        assert set(live(words)) <= OURS, template
        assert is_well_formed(words), template


def test_entities_of_the_customers_words_are_never_escaped_again() -> None:
    for template, words in _all_words("R&amp;D &lt;3", "Carla", 2):
        twice = re.search(r"&amp;(?:amp|lt|gt);", words)
        assert not twice or template in TYPED_BY_OURS, template


def test_no_message_to_customers_mentions_anybody() -> None:
    for template, fields in cast.messages(HOSTILE, HOSTILE, 2):
        if template in CUSTOMERS:
            rendered = RENDERER.message(template, **fields)
            assert not [live(words) for words in _mrkdwn(rendered) if live(words)], template


def test_messages_to_customers_hold_no_internal_word() -> None:
    secret = replace(cast.scene(), company="TOP ACCOUNT", card_link="https://secret.example")
    secret = companies.known(secret, "TOP ACCOUNT", 2)
    secret = replace(secret, ticket=replace(secret.ticket, category="Billing"))
    for template in CUSTOMERS - OF_THEIR_OWN:
        for one in (secret, cast.taken(secret), cast.urgent(secret), cast.resolved(secret)):
            is_urgent = template == "intake/urgent.j2"
            scene: object = UrgentScene(one, asks=True, back_at=None) if is_urgent else one
            if template.startswith("csat/"):
                scene = opinions.poll(one, "TOP SCORE")
            said = json.dumps(RENDERER.message(template, scene=scene))
            assert not re.search("TOP ACCOUNT|secret|Billing|priority|triage|our turn|normal", said)


def test_every_template_is_tried_here() -> None:
    tried = {template for template, _ in cast.messages("x", "x", 1) + cast.modals("x", "x", 1)}
    there = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.j2")}
    there = {name for name in there if not name.endswith(".html.j2")}  # tried in tests/web
    assert there == tried | {"home/home.j2", "_ui.j2", "_account.j2", "_digest.j2", "_today.j2"} | {
        "csat/_faces.j2"
    }


def test_every_notice_has_its_template() -> None:
    named = {kind.template for kind in notices.Notice.__subclasses__() if kind.template}
    assert all((TEMPLATES / template).is_file() for template in named)


def test_emoji_of_the_templates_exist() -> None:
    known = json.loads((TEMPLATES.parent / "sandbox/page/emoji.json").read_text())["names"]
    for path in TEMPLATES.rglob("*.j2"):
        used = re.findall(r"(?<!\w):([a-z_]+):", path.read_text())
        assert set(used) <= set(known), path


def test_buttons_of_one_message_have_ids_of_their_own() -> None:
    for template, fields in cast.messages("x", "x", 3):
        parts = _parts(RENDERER.message(template, **fields).blocks)
        pressed = [part["action_id"] for part in parts if "action_id" in part]
        assert len(pressed) == len(set(pressed)), template


def _all_words(text: str, name: str, many: int) -> Iterator[tuple[str, str]]:
    """Every piece of mrkdwn of every template."""
    drawn: list[tuple[str, Any]] = [
        (template, RENDERER.message(template, **fields))
        for template, fields in cast.messages(text, name, many)
    ]
    for template, fields in cast.modals(text, name, many):
        drawn.append((template, ("", RENDERER.modal(template, **fields)["blocks"])))
    for scene in cast.homes(text, name, many):
        view = RENDERER.home("home/home.j2", scene=scene)
        drawn.append(("home/home.j2", ("", view["blocks"])))
    for template, rendered in drawn:
        yield from ((template, words) for words in _mrkdwn(rendered))


def _mrkdwn(rendered: Any) -> Iterator[str]:
    text, blocks = rendered
    yield text
    yield from (part["text"] for part in _parts(blocks) if part.get("type") == "mrkdwn")


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _parts(one)
