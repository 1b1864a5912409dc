"""What the operator says: from the environment, else ``.env``, else ``threadkeeper.toml``.

Only ``app.py`` reads settings. They seed the first workspace's stored settings; then those rule.
Whatever is wrong is told at once, each with how to mend it, and no secret is ever repeated.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from cryptography.fernet import Fernet
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    InstanceOf,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot import customs, standby
from bot.customs import TOML_FILE
from bot.customs import Wrong as _Wrong
from bot.errors import Refused
from bot.rules import subscribing, webhook
from storage.records.escalations import Level
from storage.records.hours import Hours
from storage.records.policies import Policy
from storage.records.rotas import Rota
from storage.records.workspaces import Extra

MAY_BE_EMPTY = ("daily_digest",)
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that cannot stay as it is: its name, what is wrong, how to mend it."""

    name: str
    wrong: str
    mend: str


class SettingsError(Exception):
    """Some settings are wrong or missing; ``problems`` holds all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = (f"{problem.name} {problem.wrong}: {problem.mend}" for problem in self.problems)
        super().__init__("\n".join(lines))


def policies_in(path: Path) -> tuple[tuple[Policy, ...], Hours | None]:
    """What a file promises in its ``[[sla]]`` tables, and its ``[hours]``, None where it has none.

    Raises SettingsError, OSError.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        hours = customs.hours(told.get("hours"))
        policies = customs.policies(told.get("sla", []))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem(str(path), f"cannot be read ({error})", "mend that line")
        raise SettingsError([problem]) from None
    except _Wrong as error:
        raise SettingsError([Problem(str(path), error.wrong, error.mend)]) from None
    if not isinstance(policies, tuple) or not policies:
        raise SettingsError([Problem(str(path), "promises nothing", _MEND["sla"])])
    return policies, hours if isinstance(hours, Hours) else None


_MEND = {
    "slack_bot_token": "take the Bot User OAuth Token (xoxb-…) from your app’s OAuth page",
    "slack_app_token": "make an app-level token (xapp-…) with connections:write",
    "slack_signing_secret": "take the Signing Secret from your app’s Basic Information",
    "slack_client_id": "take the Client ID from your app’s Basic Information",
    "slack_client_secret": "take the Client Secret from your app’s Basic Information",
    "dashboard_url": "give the address at which browsers reach this desk, https://desk.example.com",
    "slack_api_url": "give an address such as https://slack.com/api/",
    "database_url": "give sqlite:///path/to/file.db or postgresql://user:password@host/name",
    "port": "give a number from 0 (any free port) to 65535",
    "triage_channel": "name the channel of your team where tickets appear: #triage or its id, C…",
    "daily_digest": "give a time of day such as 09:00, or leave it empty for none",
    "slack_post_rate": "give posts per second and channel, such as 1; 0 lifts the limit",
    "clock_url": "leave it empty, or give the http address of a local Slack’s clock",
    "log_level": "choose DEBUG, INFO, WARNING or ERROR",
    "log_format": "choose auto (text on a terminal, else JSON), json or text",
    "encryption_keys": "make each by `python -c 'from cryptography.fernet import Fernet; "
    "print(Fernet.generate_key().decode())'` and part them by commas",
    "reopen_days": "give days from 0 to 365, such as 14",
    "nudge_days": "give days from 0 (never) to 365, such as 3",
    "give_up_days": "give days from 0 to 365, such as 4",
    "categories": "give names parted by commas, such as Technical, Billing",
    "ticket_fields": 'give each a name, and a kind: "text", "choice", "number" or "date"',
    "reactions": f'write them in {TOML_FILE} as a table: [reactions], take = ["eyes"]',
    "hours": f'write them in {TOML_FILE} as a table: [hours], weekdays = "09:00-17:00"',
    "sla": f'write them in {TOML_FILE} as tables: [[sla]], tier = "Premium", first = "4h"',
    "ladder": f'write each level in {TOML_FILE} as a table: [[ladder]], name = "Technical"',
    "rota": f"write each in {TOML_FILE} as a table: [[rota]], with its shifts: [[rota.shift]]",
    "pager_url": "give the https address that your pager has for webhooks",
    "pager_secret": "give the secret that your pager checks our calls by, 16 characters or more",
    "pager_private": "give true if your pager lies in your own network, else nothing",
    "suggestions": "give true or false",
    "knowledge_engine": "choose auto (by meaning where that is installed), words or semantic",
    "templates_dir": "name a folder that exists, or leave it empty",
    "articles_folder": "name a folder that exists, or leave it empty",
}
_CHANNEL_MEND = "give #name, or the id from the channel’s details, which begins with C or G"


def _bot_token(token: SecretStr) -> SecretStr:
    value = token.get_secret_value()
    if value.startswith("xapp-"):
        raise _Wrong("holds an app-level token", "put it into SLACK_APP_TOKEN; here goes xoxb-…")
    if value.startswith("xoxe."):
        raise _Wrong("holds a token that expires", "switch token rotation off for your app")
    if value.startswith("xoxp-"):
        raise _Wrong("holds a user’s token", _MEND["slack_bot_token"])
    if not value.startswith("xoxb-"):
        raise _Wrong("is no bot token", _MEND["slack_bot_token"])
    return token


def _app_token(token: SecretStr) -> SecretStr:
    value = token.get_secret_value()
    if value.startswith(("xoxb-", "xoxp-", "xoxe.")):
        raise _Wrong("holds a bot’s or user’s token", "here goes the app-level token, xapp-…")
    if not value.startswith("xapp-"):
        raise _Wrong("is no app-level token", _MEND["slack_app_token"])
    return token


def _signing_secret(secret: SecretStr) -> SecretStr:
    if secret.get_secret_value().startswith(("xox", "xapp-")):
        raise _Wrong("holds a token", _MEND["slack_signing_secret"])
    return secret


def _client_id(told: str) -> str:
    if told and not re.fullmatch(r"[0-9]+\.[0-9]+", told):
        raise _Wrong("is no client id", _MEND["slack_client_id"])
    return told


def _client_secret(secret: SecretStr) -> SecretStr:
    if secret.get_secret_value().startswith(("xox", "xapp-")):
        raise _Wrong("holds a token", _MEND["slack_client_secret"])
    return secret


_SITE = re.compile(r"(https?)://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?/?")


def _public_url(url: str) -> str:
    """Plain http only where nobody can listen in: cookies would travel in the clear."""
    if not url:
        return url
    site = _SITE.fullmatch(url.lower())
    if site is None:
        raise _Wrong("is no address of a site", _MEND["dashboard_url"])
    if site[1] == "http" and site[2] not in LOCAL:
        raise _Wrong("begins with http://", "put a TLS proxy in front, and begin it with https://")
    return url.lower().rstrip("/")


def _address(url: str) -> str:
    if url and not re.match(r"https?://[^/\s]+", url):
        raise _Wrong("is no http address", "begin it with http:// or https://")
    return url


def _api_url(url: str) -> str:
    return _address(url).rstrip("/") + "/"


def _database(url: str) -> str:
    scheme, found, rest = url.partition("://")
    if not found or not rest:
        raise _Wrong("is no database address", _MEND["database_url"])
    if scheme.partition("+")[0] not in ("sqlite", "postgresql", "postgres"):
        raise _Wrong(f"names a database we do not know ({scheme})", _MEND["database_url"])
    return url


def _channel(name: str) -> str:
    if not name or re.fullmatch(r"[CG][A-Z0-9]+|#[^\s#.,]{1,80}", name):
        return name.lower() if name.startswith("#") else name
    if re.fullmatch(r"D[A-Z0-9]{6,}", name):
        raise _Wrong("names a direct message", _CHANNEL_MEND)
    raise _Wrong(f"is neither an id nor a #name ({name[:40]})", _CHANNEL_MEND)


def _time_of_day(told: str) -> str:
    try:
        return subscribing.clock(subscribing.minutes_of(told)) if told else ""
    except Refused:
        raise _Wrong(f"is no time of day ({told[:20]})", _MEND["daily_digest"]) from None


def _usergroup(name: str) -> str:
    if not name or re.fullmatch(r"S[A-Z0-9]+|@[^\s@]{1,80}", name):
        return name
    raise _Wrong(
        f"is no user group ({name[:40]})", "give its @handle, or its id, which begins with S"
    )


def _listed(keys: object) -> object:
    return [key for key in re.split(r"[\s,]+", keys) if key] if isinstance(keys, str) else keys


def _fernet_key(key: SecretStr) -> SecretStr:
    try:
        Fernet(key.get_secret_value())
    except ValueError:
        raise _Wrong("holds a malformed key", _MEND["encryption_keys"]) from None
    return key


def _folder(path: Path | None) -> Path | None:
    if path is not None and not path.is_dir():
        raise _Wrong(f"is no folder ({path})", _MEND["templates_dir"])
    return path


def _pager_url(url: SecretStr) -> SecretStr:
    if not re.match(r"https?://[^/\s@]+(/|$|\?)", url.get_secret_value()):
        raise _Wrong("is no http address", _MEND["pager_url"])
    return url


def _pager_secret(secret: SecretStr) -> SecretStr:
    try:
        webhook.key_of(secret.get_secret_value())
    except ValueError:
        raise _Wrong("is too short, or no base64 after whsec_", _MEND["pager_secret"]) from None
    return secret


def _upper(word: object) -> object:
    return word.upper() if isinstance(word, str) else word


def _lower(word: object) -> object:
    return word.lower() if isinstance(word, str) else word


Channel = Annotated[str, AfterValidator(_channel)]
Usergroup = Annotated[str, AfterValidator(_usergroup)]


Days = Annotated[float, Field(ge=0, le=365, allow_inf_nan=False)] | None


class Settings(BaseSettings):
    """All settings, checked. Channels are ids or ``#names``; ``""`` and None mean not set."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        toml_file=TOML_FILE,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
        validate_default=True,
    )

    slack_bot_token: Annotated[SecretStr, AfterValidator(_bot_token)]
    slack_app_token: Annotated[SecretStr, AfterValidator(_app_token)] | None = None
    slack_signing_secret: Annotated[SecretStr, AfterValidator(_signing_secret)] | None = None
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = "https://slack.com/api/"
    slack_client_id: Annotated[str, AfterValidator(_client_id)] = ""
    slack_client_secret: Annotated[SecretStr, AfterValidator(_client_secret)] | None = None
    dashboard_url: Annotated[str, AfterValidator(_public_url)] = ""
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///var/threadkeeper.db", repr=False
    )
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    triage_channel: Channel = Field(min_length=1)
    tech_channel: Channel = ""
    digest_channel: Channel = ""
    daily_digest: Annotated[str, AfterValidator(_time_of_day)] = "09:00"
    public_support_channel: Channel = ""
    help_button: bool = True
    agents_usergroup: Usergroup = ""
    specialists_usergroup: Usergroup = ""
    leads_usergroup: Usergroup = ""
    managers_usergroup: Usergroup = ""
    slack_post_rate: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    clock_url: Annotated[str, AfterValidator(_address)] = ""
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = (
        "INFO"
    )
    log_format: Annotated[Literal["auto", "json", "text"], BeforeValidator(_lower)] = "auto"
    encryption_keys: Annotated[
        tuple[Annotated[SecretStr, AfterValidator(_fernet_key)], ...],
        NoDecode,
        BeforeValidator(_listed),
    ] = ()
    reopen_days: Days = None
    nudge_days: Days = None
    give_up_days: Days = None
    categories: Annotated[
        Annotated[tuple[str, ...], AfterValidator(customs.named)] | None,
        NoDecode,
        BeforeValidator(customs.by_comma),
    ] = None
    ticket_fields: Annotated[tuple[Extra, ...], AfterValidator(customs.fields)] | None = None
    reactions: (
        Annotated[Mapping[str, tuple[str, ...]], AfterValidator(customs.reactions)] | None
    ) = None
    suggestions: bool | None = None
    knowledge_engine: Annotated[Literal["auto", "words", "semantic"], BeforeValidator(_lower)] = (
        "auto"
    )
    templates_dir: Annotated[Path | None, AfterValidator(_folder)] = None
    articles_folder: Annotated[Path | None, AfterValidator(_folder)] = None
    sla: Annotated[
        tuple[InstanceOf[Policy], ...] | None, BeforeValidator(customs.policies), NoDecode
    ] = None
    hours: Annotated[InstanceOf[Hours] | None, BeforeValidator(customs.hours), NoDecode] = None
    ladder: Annotated[
        tuple[InstanceOf[Level], ...] | None, BeforeValidator(standby.ladder), NoDecode
    ] = None
    rota: Annotated[
        tuple[InstanceOf[Rota], ...] | None, BeforeValidator(standby.rotas), NoDecode
    ] = None

    pager_url: Annotated[SecretStr, AfterValidator(_pager_url)] | None = None
    pager_secret: Annotated[SecretStr, AfterValidator(_pager_secret)] | None = None
    pager_private: bool = False

    @property
    def is_socket_mode(self) -> bool:
        """True when Slack is reached out to, so that no address of ours need be public."""
        return self.slack_app_token is not None

    @property
    def has_dashboard(self) -> bool:
        """True when managers can sign in with Slack."""
        return bool(self.dashboard_url)

    @classmethod
    def load(cls) -> Self:
        """The settings that hold in the current folder. Raises ``SettingsError``."""
        try:
            return cls()
        except tomllib.TOMLDecodeError as error:
            mend = "mend that line, or delete the file"
            raise SettingsError([Problem(TOML_FILE, f"cannot be read ({error})", mend)]) from None

    @classmethod
    def given(cls, **values: object) -> Settings:
        """Settings of these values alone, whatever environment and files say. As ``load``."""
        return _Given.model_validate(values)

    @classmethod
    def settings_customise_sources(  # noqa: PLR0917 - the signature is pydantic's
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Which source wins: the earlier."""
        said = _also_empty(settings_cls)
        return init_settings, said, env_settings, dotenv_settings, _TomlSource(settings_cls)

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, given: Any, check: ModelWrapValidatorHandler[Self]) -> Self:
        """Gather what is wrong with single settings and with several together."""
        problems = [*_unknown(given, cls.model_fields), *_ways_in(given), *_walls(given)]
        problems += _dashboard(given)
        try:
            settings = check({key: value for key, value in given.items() if key != _UNKNOWN})
        except ValidationError as error:
            problems = [*_problems(error), *problems]
            raise SettingsError(problems) from None
        problems += [*_standing_by(settings), *_paging(settings)]
        if problems:
            raise SettingsError(problems)
        return settings


def _standing_by(settings: Settings) -> Iterable[Problem]:
    try:
        standby.check_together(settings.ladder or (), settings.rota or ())
    except _Wrong as error:
        yield Problem("LADDER", error.wrong, error.mend)


def _paging(settings: Settings) -> Iterable[Problem]:
    """Whoever pages without a proof could be anybody, and in the open anybody could read it."""
    if settings.pager_url is None:
        return
    if settings.pager_secret is None:
        yield Problem("PAGER_SECRET", "is missing", _MEND["pager_secret"])
    if settings.pager_url.get_secret_value().startswith("http:") and not settings.pager_private:
        yield Problem("PAGER_URL", "is not encrypted", "begin it with https://")


class _Given(Settings):
    """Settings that ask nobody."""

    model_config = SettingsConfigDict(toml_file=None, env_file=None)

    @classmethod
    def settings_customise_sources(  # noqa: PLR0917 - the signature is pydantic's
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given."""
        return (init_settings,)


def _also_empty(settings_cls: type[BaseSettings]) -> InitSettingsSource:
    """What environment or file say of `MAY_BE_EMPTY`; of others an empty value says nothing."""
    told: dict[str, Any] = {}
    for source in (DotEnvSettingsSource, EnvSettingsSource):  # the later wins
        found = source(settings_cls, env_ignore_empty=False).env_vars
        told |= {name: found[name] for name in MAY_BE_EMPTY if found.get(name) is not None}
    return InitSettingsSource(settings_cls, init_kwargs=told)


_UNKNOWN = "unknown in toml"


class _TomlSource(TomlConfigSettingsSource):
    """The file, its names in either case; names that are no settings are kept to be told."""

    def __call__(self) -> dict[str, Any]:
        told = {name.lower(): value for name, value in super().__call__().items()}
        fields = self.settings_cls.model_fields
        strangers = [name for name in told if name not in fields]
        known = {name: value for name, value in told.items() if name in fields}
        return known | ({_UNKNOWN: strangers} if strangers else {})


def _problems(error: ValidationError) -> Iterable[Problem]:
    for fault in error.errors():
        name = str(fault["loc"][0])
        cause = fault.get("ctx", {}).get("error")
        if isinstance(cause, _Wrong):
            yield Problem(name.upper(), cause.wrong, cause.mend)
        else:
            wrong = "is missing" if fault["type"] == "missing" else "has no such value"
            yield Problem(name.upper(), wrong, _MEND.get(name, _CHANNEL_MEND))


def _unknown(given: Mapping[str, Any], fields: Iterable[str]) -> Iterable[Problem]:
    for name in given.get(_UNKNOWN, ()):
        near = get_close_matches(name, fields, 1)
        mend = f"did you mean {near[0].upper()}?" if near else "take it out"
        yield Problem(name.upper(), f"in {TOML_FILE} is no setting", mend)


def _ways_in(given: Mapping[str, Any]) -> Iterable[Problem]:
    if not given.get("slack_app_token") and not given.get("slack_signing_secret"):
        yield Problem(
            "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET",
            "is missing",
            "for Socket Mode "
            + _MEND["slack_app_token"]
            + "; for HTTP "
            + _MEND["slack_signing_secret"],
        )


def _dashboard(given: Mapping[str, Any]) -> Iterable[Problem]:
    """An address asks for both: the id and the secret alone may be there for something else."""
    for name in ("slack_client_id", "slack_client_secret") if given.get("dashboard_url") else ():
        if not given.get(name):
            yield Problem(name.upper(), "is missing for DASHBOARD_URL", _MEND[name])


def _walls(given: Mapping[str, Any]) -> Iterable[Problem]:
    """Whatever is posted to the public channel is read by customers: no team channel may be it."""
    # Levels of the ladder are checked when something is sent there, as every team channel is.
    public = given.get("public_support_channel")
    for name in ("triage_channel", "tech_channel", "digest_channel"):
        if public and given.get(name) == public:
            yield Problem(
                name.upper(),
                "is the public support channel as well",
                "choose a channel that customers cannot read",
            )
