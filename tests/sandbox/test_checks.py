"""The door of the Web API, and Block Kit's rules: each limit, at it and beyond it."""

from typing import Any

import pytest

from sandbox.blocks import message_faults, view_faults
from sandbox.cast import seed
from sandbox.checks import check_arguments, check_scopes, check_token, read_methods
from sandbox.clock import Clock
from sandbox.limits import load_methods
from sandbox.refused import Refused
from sandbox.world import App, World

METHODS = read_methods(load_methods())
Json = dict[str, Any]


@pytest.fixture
def world() -> World:
    made = World(Clock())
    seed(made, {"oauth_config": {"scopes": {"bot": ["channels:history", "chat:write"]}}})
    return made


@pytest.fixture
def app(world: World) -> App:
    assert world.app is not None
    return world.app


@pytest.mark.parametrize(
    "method, token, error",
    [
        ("chat.postMessage", None, "not_authed"),
        ("chat.postMessage", "xoxb-other", "invalid_auth"),
        ("chat.postMessage", "xapp-sandbox", "not_allowed_token_type"),
        ("apps.connections.open", "xoxb-sandbox", "not_allowed_token_type"),
        ("files.sharedPublicURL", "xoxb-sandbox", "not_allowed_token_type"),
    ],
)
def test_the_wrong_token_is_refused(app: App, method: str, token: str | None, error: str) -> None:
    with pytest.raises(Refused) as refused:
        check_token(METHODS[method], token, app)
    assert refused.value.code == error


@pytest.mark.parametrize(
    "method, token",
    [
        ("chat.postMessage", "xoxb-sandbox"),
        ("apps.connections.open", "xapp-sandbox"),
        ("api.test", None),
    ],
)
def test_the_right_token_passes(app: App, method: str, token: str | None) -> None:
    check_token(METHODS[method], token, app)


def test_missing_and_unknown_arguments_are_all_named_at_once() -> None:
    with pytest.raises(Refused) as refused:
        check_arguments(METHODS["reactions.add"], {"channel": "C1", "emoji": "eyes"})
    assert refused.value.more["response_metadata"]["messages"] == [
        "[ERROR] missing required field: name",
        "[ERROR] missing required field: timestamp",
        "[ERROR] unknown argument [json-pointer:/emoji]",
    ]


def test_scopes_depend_on_the_kind_of_conversation(app: App, world: World) -> None:
    history = METHODS["conversations.history"]
    check_scopes(history, {"channel": "C0ACMEHARB"}, app, world)
    with pytest.raises(Refused) as refused:
        check_scopes(history, {"channel": "C000TRIAGE"}, app, world)
    assert refused.value.code == "missing_scope"
    assert refused.value.more == {
        "needed": "groups:history",
        "provided": "channels:history,chat:write",
    }


@pytest.mark.parametrize(
    "method, args, needed",
    [
        ("conversations.list", {"types": "public_channel,im"}, "im:read"),
        ("conversations.open", {"users": "U1"}, "im:write"),
        ("conversations.open", {"users": "U1,U2"}, "mpim:write"),
        ("conversations.create", {"is_private": "true"}, "groups:write"),
        ("users.info", {}, "users:read"),
    ],
)
def test_missing_scopes_are_named(
    app: App, world: World, method: str, args: Json, needed: str
) -> None:
    app.scopes.append("channels:read")
    with pytest.raises(Refused) as refused:
        check_scopes(METHODS[method], args, app, world)
    assert refused.value.more["needed"] == needed


def test_any_one_of_several_scopes_will_do(app: App, world: World) -> None:
    app.scopes.append("channels:write.topic")
    check_scopes(METHODS["conversations.setTopic"], {"channel": "C0ACMEHARB"}, app, world)


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def option(value: str = "v", words: str = "One") -> Json:
    return {"text": plain(words), "value": value}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": [option()], "action_id": "pick", **more}


def asking(element: Json) -> Json:
    return {"type": "input", "label": plain("What?"), "element": element}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


TEXT_RUN = [{"type": "text", "text": "Hi", "style": {"bold": True}}]
WELL = [
    {"type": "divider"},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "section", "text": mrkdwn("x" * 3_000)},
    {"type": "section", "fields": [mrkdwn("x" * 2_000)] * 10},
    {"type": "section", "text": plain("x"), "accessory": select()},
    {"type": "context", "elements": [mrkdwn("x"), plain("x")] * 5},
    {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "x"},
    {"type": "markdown", "text": "x" * 12_000},
    {"type": "input", "label": plain("x" * 2_000), "element": {"type": "plain_text_input"}},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100},
    actions(*[button(action_id=f"a{n}") for n in range(25)]),
    actions(button(text=plain("x" * 75), value="x" * 2_000, url="x" * 3_000)),
    actions(select(options=[option(str(n)) for n in range(100)])),
    actions(select(initial_option=option())),
    actions({"type": "overflow", "options": [option()] * 5}),
    actions({"type": "radio_buttons", "options": [option()] * 10}),
    actions({"type": "external_select", "min_query_length": 0, "placeholder": plain("Who?")}),
    actions({"type": "multi_users_select", "initial_users": ["U1"], "max_selected_items": 2}),
    asking({"type": "plain_text_input", "multiline": True, "max_length": 3_000}),
    asking({"type": "number_input", "is_decimal_allowed": False}),
    asking({"type": "file_input", "max_files": 10}),
    rich({"type": "rich_text_section", "elements": TEXT_RUN}),
    rich({"type": "rich_text_quote", "elements": TEXT_RUN}),
    rich({"type": "rich_text_preformatted", "elements": TEXT_RUN}),
    rich(
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": TEXT_RUN}],
        }
    ),
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "positive_button": {"text": plain("Yes"), "value": "1"},
                "negative_button": {"text": plain("No"), "value": "0"},
            }
        ],
    },
]


@pytest.mark.parametrize("block", WELL, ids=lambda block: str(block["type"]))
def test_a_block_at_its_limits_is_taken(block: Json) -> None:
    assert message_faults([block]) == []


ILL = [
    ({"type": "hat"}, "/blocks/0/type"),
    ({}, "/blocks/0"),
    ({"type": "divider", "hat": 1}, "/blocks/0/hat"),
    ({"type": "divider", "block_id": "x" * 256}, "/blocks/0/block_id"),
    ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text"),
    ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type"),
    ({"type": "section"}, "/blocks/0"),
    ({"type": "section", "text": mrkdwn("x" * 3_001)}, "/blocks/0/text/text"),
    ({"type": "section", "text": mrkdwn("")}, "/blocks/0/text/text"),
    ({"type": "section", "text": "x"}, "/blocks/0/text"),
    ({"type": "section", "text": {**mrkdwn("x"), "emoji": True}}, "/blocks/0/text/emoji"),
    ({"type": "section", "fields": [mrkdwn("x")] * 11}, "/blocks/0/fields"),
    ({"type": "section", "fields": [mrkdwn("x" * 2_001)]}, "/blocks/0/fields/0/text"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "/blocks/0/elements"),
    ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0/type"),
    ({"type": "image", "image_url": "https://a.example/x.png"}, "/blocks/0"),
    ({"type": "image", "alt_text": "x"}, "/blocks/0"),
    ({"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}, "/blocks/0/rows"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}, "/blocks/0/rows/0/0/text"),
    (actions(), "/blocks/0/elements"),
    (actions(*[button(action_id=f"a{n}") for n in range(26)]), "/blocks/0/elements"),
    (actions(button(), button()), "/blocks/0/elements/1"),
    (actions(button(text=mrkdwn("Go"))), "/blocks/0/elements/0/text/type"),
    (actions(button(text=plain("x" * 76))), "/blocks/0/elements/0/text/text"),
    (actions(button(value="x" * 2_001)), "/blocks/0/elements/0/value"),
    (actions(button(url="x" * 3_001)), "/blocks/0/elements/0/url"),
    (actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id"),
    (actions(button(style="loud")), "/blocks/0/elements/0/style"),
    (actions(button(confirm={"title": plain("?")})), "/blocks/0/elements/0/confirm"),
    (actions({"type": "plain_text_input"}), "/blocks/0/elements/0/type"),
    (actions(select(options=[])), "/blocks/0/elements/0/options"),
    (actions(select(options=[option(str(n)) for n in range(101)])), "/blocks/0/elements/0/options"),
    (actions(select(options=[option("x" * 76)])), "/blocks/0/elements/0/options/0/value"),
    (
        actions(select(options=[option(words="x" * 76)])),
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (actions(select(option_groups=[])), "/blocks/0/elements/0"),
    (actions(select(initial_option=option("other"))), "/blocks/0/elements/0/initial_option"),
    (actions({"type": "overflow", "options": [option()] * 6}), "/blocks/0/elements/0/options"),
    (
        actions({"type": "checkboxes", "options": [option()] * 11}),
        "/blocks/0/elements/0/options",
    ),
    (asking(button()), "/blocks/0/element/type"),
    (asking({"type": "number_input"}), "/blocks/0/element"),
    (asking({"type": "plain_text_input", "max_length": 3_001}), "/blocks/0/element/max_length"),
    (asking({"type": "file_input", "max_files": 11}), "/blocks/0/element/max_files"),
    (rich({"type": "rich_text_hat", "elements": []}), "/blocks/0/elements/0/type"),
    (
        rich({"type": "rich_text_list", "elements": []}),
        "/blocks/0/elements/0",
    ),
    ({"type": "alert", "text": plain("x")}, "/blocks/0/type"),
]


@pytest.mark.parametrize("block, pointer", ILL, ids=lambda case: str(case)[:40])
def test_a_faulty_block_is_refused_where_it_is_faulty(block: Json, pointer: str) -> None:
    assert any(fault.endswith(f"[json-pointer:{pointer}]") for fault in message_faults([block]))


def test_a_message_takes_fifty_blocks() -> None:
    assert message_faults([{"type": "divider"}] * 50) == []
    [fault] = message_faults([{"type": "divider"}] * 51)
    assert fault == "no more than 50 items allowed [json-pointer:/blocks]"


def test_block_ids_are_unique_in_a_message() -> None:
    [fault] = message_faults([{"type": "divider", "block_id": "a"}] * 2)
    assert fault == "block_id already exists: a [json-pointer:/blocks/1/block_id]"


def test_a_message_takes_one_table() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    [fault] = message_faults([table, table])
    assert "only one table" in fault


def test_all_markdown_of_a_message_counts_together() -> None:
    [fault] = message_faults([{"type": "markdown", "text": "x" * 6_001}] * 2)
    assert "12001 characters in all" in fault


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("Reply"), "blocks": [{"type": "divider"}], **more}


@pytest.mark.parametrize(
    "view",
    [
        modal(title=plain("x" * 24), private_metadata="x" * 3_000),
        modal(blocks=[{"type": "divider"}] * 100),
        modal(blocks=[asking({"type": "plain_text_input"})], submit=plain("Send")),
        modal(blocks=[{"type": "alert", "text": plain("x"), "level": "warning"}]),
    ],
    ids=["words", "blocks", "input", "alert"],
)
def test_a_modal_at_its_limits_is_taken(view: Json) -> None:
    assert view_faults(view, kind="modal") == []


@pytest.mark.parametrize(
    "view, pointer",
    [
        (modal(title=plain("x" * 25)), "/view/title/text"),
        (modal(submit=plain("x" * 25)), "/view/submit/text"),
        (modal(close=mrkdwn("x")), "/view/close/type"),
        (modal(private_metadata="x" * 3_001), "/view/private_metadata"),
        (modal(callback_id="x" * 256), "/view/callback_id"),
        (modal(blocks=[{"type": "divider"}] * 101), "/view/blocks"),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "/view/blocks/0/type"),
        (modal(blocks=[asking({"type": "plain_text_input"})]), "/view"),
        (modal(hat=1), "/view/hat"),
        ({"type": "modal", "blocks": [{"type": "divider"}]}, "/view"),
        ({"type": "home", "blocks": [{"type": "divider"}]}, "/view/type"),
        (
            modal(
                submit=plain("Send"),
                blocks=[asking({"type": "plain_text_input", "focus_on_load": True})] * 2,
            ),
            "/view/blocks",
        ),
    ],
    ids=lambda case: str(case)[-40:],
)
def test_a_faulty_modal_is_refused_where_it_is_faulty(view: Json, pointer: str) -> None:
    faults = view_faults(view, kind="modal")
    assert any(fault.endswith(f"[json-pointer:{pointer}]") for fault in faults)


def test_a_home_has_blocks_but_no_title() -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    assert view_faults(home, kind="home") == []
    [fault] = view_faults({**home, "title": plain("x")}, kind="home")
    assert fault == "unknown field: title [json-pointer:/view/title]"
