"""The door of the Web API: token, arguments and scopes of a method, by data/methods.json."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.limits import Methods
from sandbox.refused import Refused
from sandbox.world import App, Channel, Json, World

PREFIXES = {
    "public_channel": "channels:",
    "private_channel": "groups:",
    "im": "im:",
    "mpim": "mpim:",
}
# slack_sdk adds its client's team_id to every call, and Bolt gives each client one.
ALWAYS_KNOWN = frozenset({"token", "team_id"})


@dataclass(frozen=True)
class Method:
    """What a method asks of its callers. ``scopes`` are any of, once sorted out by ``rule``."""

    name: str
    token: str
    scopes: tuple[str, ...]
    rule: str
    required: tuple[str, ...]
    known: frozenset[str]


def read_methods(methods: Methods) -> dict[str, Method]:
    """All methods of data/methods.json, ready to be checked against."""
    return {
        name: Method(
            name=name,
            token=facts.get("token", "bot"),
            scopes=tuple(facts["scopes_bot"]),
            rule=facts.get("scopes_rule", ""),
            required=tuple(facts["required_args"]),
            known=frozenset(facts["known_args"]) | ALWAYS_KNOWN,
        )
        for name, facts in methods.items()
    }


def check_token(method: Method, token: str | None, app: App) -> None:
    """Refuse with not_authed, invalid_auth or not_allowed_token_type."""
    if method.token == "none":
        return
    if not token:
        raise Refused("not_authed")
    if token not in (app.bot_token, app.app_token):
        raise Refused("invalid_auth")
    wanted = app.app_token if method.token == "app" else app.bot_token
    if token != wanted or method.token in ("user", "config"):
        raise Refused("not_allowed_token_type")


def check_arguments(method: Method, args: Json) -> None:
    """Refuse with invalid_arguments, saying which are missing and which Slack does not know."""
    messages = [f"missing required field: {n}" for n in method.required if args.get(n) is None]
    if not args.keys() <= method.known:
        unknown = sorted(args.keys() - method.known)
        messages += [f"unknown argument [json-pointer:/{name}]" for name in unknown]
    if messages and method.token != "none":
        told = [f"[ERROR] {message}" for message in messages]
        raise Refused("invalid_arguments", response_metadata={"messages": told})


def check_scopes(method: Method, args: Json, app: App, world: World) -> None:
    """Refuse with missing_scope, naming what is needed and what there is."""
    if not method.scopes:
        return
    if method.rule != "one_per_conversation_type":
        _need_any(method.scopes, app)
        return
    for kind in _kinds(method, args, world):
        prefix = PREFIXES[kind]
        _need_any([scope for scope in method.scopes if scope.startswith(prefix)], app)


def _need_any(scopes: Iterable[str], app: App) -> None:
    """One of several is enough: channels:manage does what channels:write.topic does."""
    needed = list(scopes)
    if needed and not any(scope in app.scopes for scope in needed):
        raise Refused("missing_scope", needed=",".join(needed), provided=",".join(app.scopes))


def _kinds(method: Method, args: Json, world: World) -> list[str]:
    """The kinds of conversation a call is about; none when its channel does not exist."""
    if method.name == "conversations.create":
        private = str(args.get("is_private")).lower() in ("true", "1")
        return ["private_channel" if private else "public_channel"]
    if "types" in method.known:
        named = str(args.get("types") or "public_channel").split(",")
        return [kind for name in named if (kind := name.strip()) in PREFIXES]
    if args.get("users") and method.name == "conversations.open":
        return ["mpim" if "," in str(args["users"]) else "im"]
    channel = world.channels.get(str(args.get("channel")))
    return [kind_of(channel)] if channel else []


def kind_of(channel: Channel) -> str:
    """public_channel, private_channel, mpim or im, as ``types`` arguments name it."""
    if channel.is_im:
        return "im"
    if channel.is_mpim:
        return "mpim"
    return "private_channel" if channel.is_private else "public_channel"
