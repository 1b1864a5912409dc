"""Kinds of values that settings hold: each checks itself, and tells how it is mended."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.config.problems import CHANNEL_MEND, MEND
from bot.customs import Wrong
from bot.errors import Refused
from bot.rules import subscribing, webhook

_REST = r"[!-~]*"  # no blank, no line end, nothing that a header cannot hold
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


def _bot_token(token: SecretStr) -> SecretStr:
    value = token.get_secret_value()
    if value.startswith("xapp-"):
        raise Wrong("holds an app-level token", "put it into SLACK_APP_TOKEN; here goes xoxb-…")
    if value.startswith("xoxe."):
        raise Wrong("holds a token that expires", "switch token rotation off for your app")
    if value.startswith("xoxp-"):
        raise Wrong("holds a user’s token", MEND["slack_bot_token"])
    if not re.fullmatch(rf"xoxb-{_REST}", value):
        raise Wrong("is no bot token", MEND["slack_bot_token"])
    return token


def _app_token(token: SecretStr) -> SecretStr:
    value = token.get_secret_value()
    if value.startswith(("xoxb-", "xoxp-", "xoxe.")):
        raise Wrong("holds a bot’s or user’s token", "here goes the app-level token, xapp-…")
    if not re.fullmatch(rf"xapp-{_REST}", value):
        raise Wrong("is no app-level token", MEND["slack_app_token"])
    return token


def _signing_secret(secret: SecretStr) -> SecretStr:
    if secret.get_secret_value().startswith(("xox", "xapp-")):
        raise Wrong("holds a token", MEND["slack_signing_secret"])
    return secret


def _client_id(told: str) -> str:
    if told and not re.fullmatch(r"[0-9]+\.[0-9]+", told):
        raise Wrong("is no client id", MEND["slack_client_id"])
    return told


def _client_secret(secret: SecretStr) -> SecretStr:
    if secret.get_secret_value().startswith(("xox", "xapp-")):
        raise Wrong("holds a token", MEND["slack_client_secret"])
    return secret


_SITE = re.compile(r"(https?)://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?/?")


def _public_url(url: str) -> str:
    """Plain http only where nobody can listen in: cookies would travel in the clear."""
    if not url:
        return url
    site = _SITE.fullmatch(url.lower())
    if site is None:
        raise Wrong("is no address of a site", MEND["dashboard_url"])
    if site[1] == "http" and site[2] not in LOCAL:
        raise Wrong("begins with http://", "put a TLS proxy in front, and begin it with https://")
    return url.lower().rstrip("/")


def _address(url: str) -> str:
    wrong = Wrong("is no http address", "begin it with http:// or https://")
    try:
        site = urlsplit(url)
        is_site = site.scheme in ("http", "https") and bool(site.hostname) and site.port != 0
    except ValueError:  # its words may quote what is before an @
        raise wrong from None
    if url and not (is_site and re.fullmatch(r"[!-~]+", url)):
        raise wrong
    return url


def _api_url(url: str) -> str:
    return _address(url).rstrip("/") + "/"


def _database(url: str) -> str:
    scheme, found, rest = url.partition("://")
    if not found or not rest:
        raise Wrong("is no database address", MEND["database_url"])
    if scheme.partition("+")[0] not in ("sqlite", "postgresql", "postgres"):
        raise Wrong(f"names a database we do not know ({scheme})", MEND["database_url"])
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # their words may quote the password
        raise Wrong("is no database address", MEND["database_url"]) from None
    if parsed.get_backend_name() == "sqlite":
        _database_file(parsed)
    return url


def _database_file(url: URL) -> None:
    if url.host or not url.database or not Path(url.database).name or url.database[-1] == "/":
        raise Wrong("names no file", MEND["database_url"])
    if url.database == ":memory:":
        raise Wrong("would forget all at each start", MEND["database_url"])


def _channel(name: str) -> str:
    if not name or re.fullmatch(r"[CG][A-Z0-9]+|#[^\s#.,]{1,80}", name):
        return name.lower() if name.startswith("#") else name
    if re.fullmatch(r"D[A-Z0-9]{6,}", name):
        raise Wrong("names a direct message", CHANNEL_MEND)
    raise Wrong(f"is neither an id nor a #name ({name[:40]})", CHANNEL_MEND)


def _time_of_day(told: str) -> str:
    try:
        return subscribing.clock(subscribing.minutes_of(told)) if told else ""
    except Refused:
        raise Wrong(f"is no time of day ({told[:20]})", MEND["daily_digest"]) from None


def _usergroup(name: str) -> str:
    if not name or re.fullmatch(r"S[A-Z0-9]+|@[^\s@]{1,80}", name):
        return name
    raise Wrong(
        f"is no user group ({name[:40]})", "give its @handle, or its id, which begins with S"
    )


def _listed(keys: object) -> object:
    return [key for key in re.split(r"[\s,]+", keys) if key] if isinstance(keys, str) else keys


def _fernet_key(key: SecretStr) -> SecretStr:
    try:
        Fernet(key.get_secret_value())
    except ValueError:
        raise Wrong("holds a malformed key", MEND["encryption_keys"]) from None
    return key


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise Wrong(f"is no folder ({path})", MEND["templates_dir"])
    return path


def _pager_url(url: SecretStr) -> SecretStr:
    if not re.match(r"https?://[^/\s@]+(/|$|\?)", url.get_secret_value()):
        raise Wrong("is no http address", MEND["pager_url"])
    return url


def _pager_secret(secret: SecretStr) -> SecretStr:
    try:
        webhook.key_of(secret.get_secret_value())
    except ValueError:
        raise Wrong("is too short, or no base64 after whsec_", MEND["pager_secret"]) from None
    return secret


def _upper(word: object) -> object:
    return word.upper() if isinstance(word, str) else word


def _lower(word: object) -> object:
    return word.lower() if isinstance(word, str) else word


BotToken = Annotated[SecretStr, AfterValidator(_bot_token)]
AppToken = Annotated[SecretStr, AfterValidator(_app_token)]
SigningSecret = Annotated[SecretStr, AfterValidator(_signing_secret)]
ClientId = Annotated[str, AfterValidator(_client_id)]
ClientSecret = Annotated[SecretStr, AfterValidator(_client_secret)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
Address = Annotated[str, AfterValidator(_address)]
ApiUrl = Annotated[str, AfterValidator(_api_url)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
Channel = Annotated[str, AfterValidator(_channel)]
Usergroup = Annotated[str, AfterValidator(_usergroup)]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
Days = Annotated[float, Field(ge=0, le=365, allow_inf_nan=False)]
Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Keys = Annotated[
    tuple[Annotated[SecretStr, AfterValidator(_fernet_key)], ...],
    NoDecode,
    BeforeValidator(_listed),
]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
LogFormat = Annotated[Literal["auto", "json", "text"], BeforeValidator(_lower)]
Engine = Annotated[Literal["auto", "words", "semantic"], BeforeValidator(_lower)]
Folder = Annotated[Path, AfterValidator(_folder)]
PagerUrl = Annotated[SecretStr, AfterValidator(_pager_url)]
PagerSecret = Annotated[SecretStr, AfterValidator(_pager_secret)]
