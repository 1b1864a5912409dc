"""What a message is made of, as calls give it: text, blocks, attachments, metadata, a name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox import blocks as block_rules
from sandbox.api.call import Call, invalid
from sandbox.refused import Refused
from sandbox.world import File, Json

BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
MARKDOWN_MOST = 12_000
PICTURES = {"image/png", "image/jpeg", "image/gif"}


@dataclass(frozen=True)
class Content:
    """The checked parts of a message; None for what was not given."""

    text: str | None
    blocks: list[Json] | None
    attachments: list[Json] | None
    metadata: Json | None

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to show."""
        return not (self.text or self.blocks or self.attachments)


def read_content(call: Call) -> Content:
    """All parts, checked; refused as chat.postMessage does (methods.json)."""
    markdown = call.given("markdown_text")
    if markdown is not None:
        return _markdown(call, markdown)
    text = call.args.get("text")
    return Content(
        text=None if text is None else stored_text(call.text("text")),
        blocks=read_blocks(call),
        attachments=_attachments(call),
        metadata=_metadata(call),
    )


def _markdown(call: Call, markdown: str) -> Content:
    """markdown_text excludes text and blocks (FACTS 9)."""
    if call.args.get("text") or call.args.get("blocks"):
        raise Refused("markdown_text_conflict")
    if len(markdown) > MARKDOWN_MOST:
        raise Refused("msg_too_long")
    block = {"type": "markdown", "text": markdown, "block_id": call.world.new_id("b")}
    return Content(stored_text(markdown), [block], _attachments(call), _metadata(call))


def stored_text(text: str) -> str:
    """The text as Slack keeps it: & < > escaped where they are not Slack syntax (FACTS 4)."""
    if "&" in text:
        text = BARE_AMPERSAND.sub("&amp;", text)
    if "<" in text or ">" in text:
        text = _escape_angles(text)
    return text


def _escape_angles(text: str) -> str:
    """Keep <@U1>, <#C1>, <!here> and <https://…|label>; any other < or > is a character."""
    parts = re.split(r"(<(?:[@#!]|https?:|mailto:|tel:|slack:)[^<>]*>)", text)
    plain = (part.replace("<", "&lt;").replace(">", "&gt;") for part in parts[::2])
    woven = [part for pair in zip(plain, [*parts[1::2], ""], strict=True) for part in pair]
    return "".join(woven)


def read_blocks(call: Call) -> list[Json] | None:
    """The blocks with an id each, or invalid_blocks with a pointer to every fault."""
    given = call.structure("blocks", error="invalid_blocks_format")
    if given is None:
        return None
    if not isinstance(given, list):
        raise Refused("invalid_blocks_format")
    if faults := [*block_rules.message_faults(given), *_file_faults(call, given)]:
        raise _invalid_blocks(faults)
    return with_ids(call, given)


def _file_faults(call: Call, given: list[Json]) -> list[str]:
    """Pictures by slack_file: an image that the app may see, and Slack has looked at."""
    named = [(n, b["slack_file"]) for n, b in enumerate(given) if b.get("slack_file")]
    return [
        f"invalid slack file [json-pointer:/blocks/{place}/slack_file]"
        for place, told in named
        if not _is_picture(call.world.files.get(str(told.get("id"))), call.bot.id)
    ]


def _is_picture(file: File | None, bot: str) -> bool:
    is_there = file is not None and file.complete and not file.deleted
    return bool(file and is_there and file.user == bot and file.mimetype in PICTURES)


def with_ids(call: Call, given: list[Json]) -> list[Json]:
    """The blocks with the ids Slack gives to blocks, and to what can be pressed, without any."""
    return [_with_ids(call, block) for block in given]


def _with_ids(call: Call, block: Json) -> Json:
    made = {**block, "block_id": block.get("block_id") or call.world.new_id("b")}
    for part in ("element", "accessory"):
        if part in block:
            made[part] = _pressable(call, block[part])
    if block["type"] in ("actions", "context_actions"):
        made["elements"] = [_pressable(call, element) for element in block["elements"]]
    return made


def _pressable(call: Call, element: Json) -> Json:
    if element.get("action_id") or element["type"] == "image":
        return element
    return {**element, "action_id": call.world.new_id("a")}


def _invalid_blocks(faults: list[str]) -> Refused:
    refusal = invalid(*faults, code="invalid_blocks")
    refusal.more["errors"] = list(faults)
    return refusal


def _attachments(call: Call) -> list[Json] | None:
    """Old-style attachments: at most 100, each may hold blocks."""
    given = call.structure("attachments")
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise invalid("must be an array of objects [json-pointer:/attachments]")
    if len(given) > 100:
        raise Refused("too_many_attachments")
    for place, item in enumerate(given):
        faults = block_rules.message_faults(item.get("blocks", []), f"/attachments/{place}/blocks")
        if faults:
            raise _invalid_blocks(faults)
    return [{"id": place, **item} for place, item in enumerate(given, 1)]


def _metadata(call: Call) -> Json | None:
    """event_type and a flat event_payload (FACTS 11); ``{}`` takes metadata away."""
    given = call.structure("metadata", error="invalid_metadata_format")
    if given is None or given == {}:
        return None if given is None else {}
    if not isinstance(given, dict):
        raise Refused("invalid_metadata_format")
    shaped = isinstance(given.get("event_type"), str) and given["event_type"]
    if not shaped or not isinstance(given.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if set(given) - {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_schema")
    if not all(_is_flat(value) for value in given["event_payload"].values()):
        raise Refused("invalid_metadata_schema")
    return given


def _is_flat(value: object) -> bool:
    """A string, number, boolean, or an object or list of those (FACTS 11)."""
    if isinstance(value, dict):
        return all(isinstance(v, str | int | float | bool) for v in value.values())
    if isinstance(value, list):
        return all(isinstance(v, str | int | float | bool | dict) for v in value)
    return isinstance(value, str | int | float | bool)


def read_identity(call: Call) -> tuple[str | None, Json | None]:
    """A custom name and picture; refused with missing_scope without chat:write.customize."""
    if call.flag("as_user"):
        raise Refused("as_user_not_supported")
    name, emoji, url = call.given("username"), call.given("icon_emoji"), call.given("icon_url")
    if not (name or emoji or url):
        return None, None
    call.need("chat:write.customize")
    icons: Json = {"emoji": emoji} if emoji else {}
    if url:
        icons |= {f"image_{size}": url for size in (36, 48, 72)}
    return name or call.bot.real_name, icons or None
