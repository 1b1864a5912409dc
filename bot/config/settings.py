"""What the operator says: from the environment, else ``.env``, else ``threadkeeper.toml``.

Whatever is wrong is told at once, each with how to mend it, and no secret is ever repeated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    InstanceOf,
    ModelWrapValidatorHandler,
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
from bot.config.problems import CHANNEL_MEND, MEND, Problem, SettingsError
from bot.config.values import (
    Address,
    ApiUrl,
    AppToken,
    BotToken,
    Channel,
    ClientId,
    ClientSecret,
    DatabaseUrl,
    Days,
    Engine,
    Folder,
    Keys,
    LogFormat,
    LogLevel,
    PagerSecret,
    PagerUrl,
    PublicUrl,
    Rate,
    SigningSecret,
    TimeOfDay,
    Usergroup,
)
from bot.customs import TOML_FILE, Wrong
from storage.records.escalations import Level
from storage.records.hours import Hours
from storage.records.policies import Policy
from storage.records.rotas import Rota
from storage.records.workspaces import Extra

MAY_BE_EMPTY = ("daily_digest",)


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
    except Wrong as error:
        raise SettingsError([Problem(str(path), error.wrong, error.mend)]) from None
    if not isinstance(policies, tuple) or not policies:
        raise SettingsError([Problem(str(path), "promises nothing", MEND["sla"])])
    return policies, hours if isinstance(hours, Hours) else None


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

    slack_bot_token: BotToken
    slack_app_token: AppToken | None = None
    slack_signing_secret: SigningSecret | None = None
    slack_api_url: ApiUrl = "https://slack.com/api/"
    slack_client_id: ClientId = ""
    slack_client_secret: ClientSecret | None = None
    dashboard_url: PublicUrl = ""
    database_url: DatabaseUrl = Field(default="sqlite:///var/threadkeeper.db", repr=False)
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    triage_channel: Channel = Field(min_length=1)
    tech_channel: Channel = ""
    digest_channel: Channel = ""
    daily_digest: TimeOfDay = "09:00"
    public_support_channel: Channel = ""
    help_button: bool = True
    agents_usergroup: Usergroup = ""
    specialists_usergroup: Usergroup = ""
    leads_usergroup: Usergroup = ""
    managers_usergroup: Usergroup = ""
    slack_post_rate: Rate = 1.0
    clock_url: Address = ""
    log_level: LogLevel = "INFO"
    log_format: LogFormat = "auto"
    encryption_keys: Keys = ()
    reopen_days: Days | None = None
    nudge_days: Days | None = None
    give_up_days: Days | None = None
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
    knowledge_engine: Engine = "auto"
    templates_dir: Folder | None = None
    articles_folder: Folder | None = None
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
    pager_url: PagerUrl | None = None
    pager_secret: PagerSecret | None = None
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
    except Wrong as error:
        yield Problem("LADDER", error.wrong, error.mend)


def _paging(settings: Settings) -> Iterable[Problem]:
    """Whoever pages without a proof could be anybody, and in the open anybody could read it."""
    if settings.pager_url is None:
        return
    if settings.pager_secret is None:
        yield Problem("PAGER_SECRET", "is missing", MEND["pager_secret"])
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
        if isinstance(cause, Wrong):
            yield Problem(name.upper(), cause.wrong, cause.mend)
        else:
            wrong = "is missing" if fault["type"] == "missing" else "has no such value"
            yield Problem(name.upper(), wrong, MEND.get(name, CHANNEL_MEND))


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
            + MEND["slack_app_token"]
            + "; for HTTP "
            + MEND["slack_signing_secret"],
        )


def _dashboard(given: Mapping[str, Any]) -> Iterable[Problem]:
    """An address asks for both: the id and the secret alone may be there for something else."""
    for name in ("slack_client_id", "slack_client_secret") if given.get("dashboard_url") else ():
        if not given.get(name):
            yield Problem(name.upper(), "is missing for DASHBOARD_URL", MEND[name])


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
