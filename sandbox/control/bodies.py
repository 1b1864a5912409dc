"""What may be asked of the control API: one class for each call, unknown keys refused."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.people import Attachment, Spot


class Body(BaseModel):
    """The JSON of one call."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Body):
    """A call that needs no words."""


class FileIn(Body):
    """A file as text, or as base64 with ``base64: true``."""

    name: str
    content: str
    base64: bool = False

    @model_validator(mode="after")
    def _decodes(self) -> Self:
        if self.base64:
            try:
                base64.b64decode(self.content, validate=True)
            except binascii.Error as error:
                raise ValueError("content is no base64") from error
        return self

    @property
    def attachment(self) -> Attachment:
        """The file as people add it."""
        raw = base64.b64decode(self.content) if self.base64 else self.content.encode()
        return Attachment(self.name, raw)


class Say(Body):
    user: str
    channel: str
    text: str = ""
    thread_ts: str | None = None
    files: list[FileIn] = []
    broadcast: bool = False


class Edit(Body):
    user: str
    channel: str
    ts: str
    text: str


class OnMessage(Body):
    user: str
    channel: str
    ts: str


class Unfurl(Body):
    channel: str
    ts: str


class React(Body):
    user: str
    channel: str
    ts: str
    name: str
    remove: bool = False


class Read(Body):
    user: str
    channel: str
    ts: str | None = None


class Dismiss(Body):
    user: str
    ephemeral_id: str


class Somewhere(Body):
    """An element on a message, an ephemeral or a view."""

    user: str
    action_id: str
    block_id: str | None = None
    channel: str = ""
    ts: str = ""
    ephemeral_id: str = ""
    view_id: str = ""

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        ways = [bool(self.channel and self.ts), bool(self.ephemeral_id), bool(self.view_id)]
        if sum(ways) != 1:
            raise ValueError("say where: (channel, ts) or ephemeral_id or view_id")
        return self

    @property
    def spot(self) -> Spot:
        """Where the element is."""
        return Spot(self.channel, self.ts, self.ephemeral_id, self.view_id)


class Press(Somewhere):
    value: Any = None
    selected: Any = None


class Options(Somewhere):
    value: str = ""


class Command(Body):
    user: str
    channel: str
    command: Annotated[str, Field(pattern=r"^/\S+$")]
    text: str = ""
    thread_ts: str | None = None


class Shortcut(Body):
    user: str
    callback_id: str
    channel: str | None = None
    ts: str | None = None


class Fill(Body):
    user: str
    view_id: str
    values: dict[str, Any] = {}


class OnView(Body):
    user: str
    view_id: str


class Home(Body):
    user: str
    tab: Literal["home", "messages"] = "home"


class ChannelAct(Body):
    """``name`` makes a channel; ``channel`` with one of the rest changes it."""

    user: str
    name: str | None = None
    private: bool = False
    members: list[str] = []
    channel: str | None = None
    archive: bool = False
    unarchive: bool = False
    join: bool = False
    leave: bool = False
    rename: str | None = None
    share_with: str | None = None
    pending: bool = False
    unshare: str | None = None
    invite: str | None = None
    kick: str | None = None

    @model_validator(mode="after")
    def _is_one_act(self) -> Self:
        if (self.name is None) == (self.channel is None):
            raise ValueError("give either name, to make a channel, or channel, to change one")
        if self.channel is not None and len(self.acts) != 1:
            raise ValueError(f"give exactly one of {', '.join(CHANNEL_ACTS)}")
        return self

    @property
    def acts(self) -> list[str]:
        """Which changes are asked for."""
        return [name for name in CHANNEL_ACTS if getattr(self, name)]


CHANNEL_ACTS = (
    "archive",
    "unarchive",
    "join",
    "leave",
    "rename",
    "share_with",
    "unshare",
    "invite",
    "kick",
)


class Status(Body):
    user: str
    text: str = ""
    emoji: str = ""


class ClockMove(Body):
    """Exactly one: seconds to move, an instant to go to, freeze (true or an instant), run, to."""

    move: Annotated[float, Field(ge=0)] | None = None
    set: float | str | None = None
    freeze: bool | float | str | None = None
    run: bool | None = None
    to: Literal["next_morning", "next_monday"] | None = None

    @model_validator(mode="after")
    def _is_one_move(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("give exactly one of move, set, freeze, run, to")
        return self


class Socket(Body):
    """``drop``: cut every connection. ``disconnect``: ask the app to come again, with a reason."""

    drop: bool = False
    disconnect: Literal["warning", "refresh_requested", "link_disabled"] | None = None


class LimitSwitch(Body):
    on: bool | None = None
    off: bool | None = None

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if (self.on is None) == (self.off is None):
            raise ValueError("give on or off")
        return self

    @property
    def enabled(self) -> bool:
        """Whether limits are to hold."""
        return self.on if self.on is not None else not self.off


class Reset(Body):
    history: bool = False


class AppSetting(Body):
    """Where the app listens: ``request_url`` for HTTP, or ``socket: true`` for Socket Mode."""

    request_url: str | None = None
    socket: bool = False

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if (self.request_url is None) != self.socket:
            raise ValueError("give request_url, or socket: true")
        return self
