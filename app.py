"""The front door: reads settings, puts the parts together, runs them. ``python app.py --help``."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import click
import structlog
import yaml
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine
from starlette.routing import BaseRoute, Router

from bot import customs, heap, logs, quarter
from bot.clock import Clock, FollowedClock, SlackClock
from bot.config import Problem, Settings, SettingsError, policies_in
from bot.console import boxes, export, keeping, sla
from bot.console.days import Days
from bot.console.place import Door, Place, database_told
from bot.desk import Desk
from bot.ids import new_nonce
from bot.patience import Patience
from bot.rules.trouble import remedy_of
from bot.slack.gateway import TIMEOUT_SECONDS, NotSent, Paused, RateLimited, Unsure
from bot.slack.openid import SignIn
from bot.slack.render import Renderer
from bot.slack.ways import Ways
from bot.workers import checking, paging
from bot.workers.checking import Finding, amiss, fine
from bot.workers.crew import Crew
from bot.workers.opening import CannotOpen, Opening, Seed, migrated
from bot.workers.paging import NotHeard, Pager
from bot.workers.pulse import Pulse
from handlers import app as bolt
from handlers import serving as inbound
from handlers.front import Front
from storage.cipher import Cipher, WrongKey, kept_key
from storage.engine import open_engine
from storage.presence import AlreadyRunning, Presence
from storage.records.catchup import Cause
from storage.records.hours import Hours
from storage.records.policies import Policy
from web import dashboard, health
from web.dashboard import BACK, HOME
from web.dashboard.cookies import Cookies
from web.dashboard.paper import Paper
from web.metrics import Metrics
from web.serving import serving

if TYPE_CHECKING:
    from bot.knowledge.meaning import Meaning
    from sandbox.local import Sandbox

# The writer's thread gives the interpreter away at each statement. Python's own 5 ms until whoever
# wants it gets it make acks wait; but in a rush each hand-over costs all.
SWITCH_SECONDS, RUSH_SWITCH_SECONDS = 0.001, 0.005
# Objects between two looks for cycles, where Python's own 700 are less than one ticket makes.
YOUNG_OBJECTS = 20_000

log = structlog.get_logger()

Noted = Callable[[str, str], None]

# An operator who stops us waits two; what is not finished then is looked up at the next start.
GRACE_SECONDS = 1.5
DASHBOARD_AT = "The managers’ dashboard is at {}: sign in as Mona."
MOST_FAILED = 10_000
MOST_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Program:
    """The running parts, for those who serve, watch or test them."""

    desk: Desk
    crew: Crew
    clock: Clock
    bolt: AsyncApp
    ways: Ways
    front: Front
    pulse: Pulse
    metrics: Metrics
    workspace_id: int

    def acked(self, status: int, seconds: float) -> None:
        """We answered a payload. What was not saved Slack may bring again, or may not."""
        self.metrics.acked(status, seconds)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.crew.reconciler.missed(Cause.UNSAVED)

    def lost(self, cause: Cause, seconds: float) -> None:
        """Nothing reached us for so many seconds until now."""
        since = self.clock.now() - timedelta(seconds=seconds)
        self.crew.reconciler.missed(cause, since=since)


def slack_session() -> aiohttp.ClientSession:
    """The connections to Slack, to be made inside the event loop that uses them."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    cookies = aiohttp.DummyCookieJar()  # Slack sets some, which mean nothing to a bot
    return aiohttp.ClientSession(timeout=timeout, trust_env=False, cookie_jar=cookies)


@asynccontextmanager
async def _pager(settings: Settings) -> AsyncIterator[Pager | None]:
    """The outside pager, if there is one; settings with an address have its secret, too."""
    url, secret = settings.pager_url, settings.pager_secret
    if url is None or secret is None:
        yield None
        return
    private, told = settings.pager_private, (url.get_secret_value(), secret.get_secret_value())
    async with paging.calling(*told, is_private_allowed=private) as pager:
        yield pager


@dataclass(frozen=True, slots=True)
class Outside:
    """The two ways out, to database and Slack, for those who want to stand in between.

    Where nobody minds how fast the machine is, there is more ``patience``.
    """

    engine: Callable[[str], Engine] = open_engine
    session: Callable[[], aiohttp.ClientSession] = slack_session
    patience: Patience = field(default_factory=Patience)


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock | None = None, *, outside: Outside = Outside()
) -> AsyncIterator[Program]:
    """Everything but the way in: database, workers, listeners; stopped in order at the end."""
    await migrated(settings.database_url)
    engine = outside.engine(settings.database_url)
    presence = Presence(engine)
    try:
        presence.begin()
        async with outside.session() as session, _pager(settings) as pager:
            metrics = Metrics()
            patience, cipher = outside.patience, _cipher(settings)
            desk = Desk(engine, cipher, wrote=metrics.wrote, patience=patience)
            working = _working(
                settings,
                desk,
                session,
                presence=presence,
                metrics=metrics,
                clock=clock,
                pager=pager,
            )
            async with working as program:
                yield program
    finally:
        presence.end()
        engine.dispose()


@asynccontextmanager
async def _working(
    settings: Settings,
    desk: Desk,
    session: aiohttp.ClientSession,
    *,
    presence: Presence,
    metrics: Metrics,
    clock: Clock | None,
    pager: Pager | None,
) -> AsyncIterator[Program]:
    clock = clock or _clock(settings, session)
    await clock.catch_up()
    there = f"{settings.dashboard_url}{HOME}" if settings.has_dashboard else ""
    renderer = Renderer(settings.templates_dir, dashboard=there)
    pulse = Pulse(desk, clock)
    noted = _both(metrics.called, pulse.heard)
    ways = Ways(desk, session, settings.slack_api_url, noted, clock.hear)
    rate, meaning = settings.slack_post_rate, _meaning(settings)
    crew = Crew(desk, clock, ways, renderer, rate, presence, pager, meaning)
    crew.inbox.ended = metrics.ended
    crew.inbox.rush_began = partial(sys.setswitchinterval, RUSH_SWITCH_SECONDS)
    crew.inbox.rush_over = partial(sys.setswitchinterval, SWITCH_SECONDS)
    crew.comparer.found = metrics.caught_up
    crew.bookshelf.folder = settings.articles_folder
    front = Front(desk, renderer, clock, ways.of, crew.asker.learn, metrics.unheard)
    opening, seed = Opening(desk, ways, crew.asker, clock), _seed(settings)
    desk.start()
    try:
        known = await opening.known(seed)
        workspace_id = known or await opening.open(seed)
        crew.bookshelf.workspace_id = workspace_id
        async with _working_together(crew, clock, opening.open(seed) if known else None):
            yield Program(
                desk, crew, clock, bolt.build(front), ways, front, pulse, metrics, workspace_id
            )
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await desk.stop()


def _clock(settings: Settings, session: aiohttp.ClientSession) -> Clock:
    if settings.clock_url:
        return FollowedClock(settings.clock_url)
    return SlackClock(session, settings.slack_api_url)


@asynccontextmanager
async def _working_together(
    crew: Crew, clock: Clock, renewal: Coroutine[Any, Any, int] | None
) -> AsyncIterator[None]:
    """The loops, as long as the block lasts. What is claimed then gets `GRACE_SECONDS` to end.

    A desk that is known works at once; ``renewal`` asks Slack meanwhile. Raises CannotOpen from it.
    """
    try:
        async with asyncio.TaskGroup() as group:
            working = group.create_task(crew.run(), name="crew")
            beside: list[asyncio.Task[Any]] = [
                group.create_task(clock.follow(), name="clock"),
                group.create_task(heap.keep_trim(), name="heap"),
            ]
            if renewal:
                beside.append(group.create_task(renewal, name="opening"))
            try:
                yield
            finally:
                crew.stop()
                asyncio.get_running_loop().call_later(GRACE_SECONDS, working.cancel)
                for task in beside:
                    task.cancel()
    except ExceptionGroup as group_of:
        wrong = group_of.subgroup(CannotOpen)
        raise wrong.exceptions[0] if wrong else group_of from None


def _seed(settings: Settings) -> Seed:
    return Seed(
        token=settings.slack_bot_token.get_secret_value(),
        triage_channel=settings.triage_channel,
        tech_channel=settings.tech_channel,
        digest_channel=settings.digest_channel,
        daily_digest=settings.daily_digest,
        public_channel=settings.public_support_channel,
        help_button=settings.help_button,
        agents_usergroup=settings.agents_usergroup,
        specialists_usergroup=settings.specialists_usergroup,
        leads_usergroup=settings.leads_usergroup,
        managers_usergroup=settings.managers_usergroup,
        customs=customs.said(settings) | {"has_pager": settings.pager_url is not None},
    )


_BRING_BACK = "Bring the key back from its copy, or add that to ENCRYPTION_KEYS"


def _cipher(settings: Settings) -> Cipher:
    """With the operator's keys, else with one of our own beside the database or in ``var/``.

    Raises CannotOpen where that file holds none.
    """
    if settings.encryption_keys:
        return Cipher([key.get_secret_value() for key in settings.encryption_keys])
    file = _key_file(settings)
    try:
        return Cipher([kept_key(file)])
    except ValueError:
        raise CannotOpen(f"{file} holds no key. {_BRING_BACK}.") from None


def _key_file(settings: Settings) -> Path:
    if settings.database_url.startswith("sqlite:///"):
        return Path(settings.database_url.removeprefix("sqlite:///")).with_suffix(".key")
    return Path("var/threadkeeper.key")


@asynccontextmanager
async def joined(settings: Settings) -> AsyncIterator[Program]:
    """The whole desk with its way in: Socket Mode when there is an app token, else HTTP."""
    async with running(settings) as program, _way_in(settings, program):
        yield program


@asynccontextmanager
async def _way_in(settings: Settings, program: Program) -> AsyncIterator[None]:
    token = settings.slack_app_token
    if token is None:
        async with serving(_web(settings, program), host=settings.host, port=settings.port) as url:
            log.info("listening", url=f"{url}{inbound.PATH}")
            yield
        return
    client = program.ways.client(settings.slack_bot_token.get_secret_value())
    socket = inbound.socket_mode(
        program.bolt, token.get_secret_value(), client, program.acked, lost=program.lost
    )
    async with _watchable(settings, program), socket:
        yield


def _web(settings: Settings, program: Program) -> Router:
    """A router alone: what an application puts around it would be passed by each ack in vain."""
    secret = settings.slack_signing_secret
    assert secret is not None  # noqa: S101 - one way in is sure: the settings were checked
    told = secret.get_secret_value()
    slack = inbound.route(program.bolt, told, program.acked, now=program.clock.machine)
    return Router(routes=[slack, *_pages(settings, program)])


def _pages(settings: Settings, program: Program) -> list[BaseRoute]:
    """What is for people and machines of our own: dashboard, health and metrics."""
    is_secure = settings.dashboard_url.startswith("https:")
    parts = dashboard.Parts(
        program.desk,
        program.clock,
        program.crew.asker.learn,
        Paper(settings.templates_dir),
        Cookies(program.desk.cipher, is_secure=is_secure),
        _sign_in(settings, program.ways.session),
    )
    shown = dashboard.routes(parts, is_secure=is_secure)
    return [*shown, *health.routes(program.pulse, program.metrics)]


def _sign_in(settings: Settings, session: aiohttp.ClientSession) -> SignIn | None:
    """Sign in with Slack, None where the dashboard is not switched on."""
    secret = settings.slack_client_secret
    if not settings.has_dashboard or secret is None:
        return None
    back = f"{settings.dashboard_url}{BACK}"
    own = (settings.slack_client_id, secret.get_secret_value())
    return SignIn(session, settings.slack_api_url, *own, back)


@asynccontextmanager
async def _watchable(settings: Settings, program: Program) -> AsyncIterator[None]:
    """Dashboard, health and metrics beside Socket Mode, which works as well without them."""
    web = Router(routes=_pages(settings, program))
    async with contextlib.AsyncExitStack() as stack:
        try:
            at = serving(web, host=settings.host, port=settings.port)
            log.info("watchable", url=await stack.enter_async_context(at))
        except OSError as error:
            log.warning("dashboard, health and metrics are not served", error=str(error))
        yield


def _both(first: Noted, second: Noted) -> Noted:
    """Tells two who want to know."""

    def note(method: str, result: str) -> None:
        first(method, result)
        second(method, result)

    return note


class _Later(click.Group):
    """Commands of a module that is imported when they are asked for: it brings much along."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._found.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._found.get_command(ctx, cmd_name)

    @property
    def _found(self) -> click.Group:
        return cast("click.Group", importlib.import_module("bot.knowledge.commands").kb)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Threadkeeper, a support desk that lives in Slack."""
    context.obj = Door(_place, _policies_in)


for _command in (
    boxes.books,
    boxes.failed,
    export.export,
    keeping.backup,
    keeping.migrate,
    keeping.restore,
    sla.sla,
    _Later("kb", help="Knowledge: index, ask and evaluate files of your own."),
):
    main.add_command(_command)


def _place() -> Place:
    settings = _settings()
    key = "ENCRYPTION_KEYS" if settings.encryption_keys else str(_key_file(settings))
    return Place(settings.database_url, key)


def _policies_in(file: Path) -> tuple[tuple[Policy, ...], Hours | None]:
    try:
        return policies_in(file)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from None
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@main.command()
def run() -> None:
    """Run the desk until Ctrl-C or SIGTERM."""
    settings = _settings()
    logs.configure(settings.log_level, settings.log_format, sys.stderr)
    _run(_until_stopped(settings))


async def _until_stopped(settings: Settings) -> None:
    told, opened, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    desk = asyncio.create_task(_open_until(told, opened, settings), name="desk")
    waiting = asyncio.create_task(told.wait(), name="until told to stop")
    await asyncio.wait({desk, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not opened.is_set():  # still asking Slack who we are: nothing is claimed yet
        desk.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await desk


async def _open_until(told: asyncio.Event, opened: asyncio.Event, settings: Settings) -> None:
    async with joined(settings):
        opened.set()
        log.info("the desk is open")
        await told.wait()


@main.command()
@click.option("--script", is_flag=True, help="Play the main job, print what each person sees, end.")
@click.option(
    "--port", default=8765, show_default=True, help="Where the page is; 0: any free port."
)
@click.option(
    "--history", type=Days(least=0), default="0d", help="So many days of past tickets, such as 90d."
)
def demo(*, script: bool, port: int, history: int) -> None:
    """A desk in a Slack of its own, in your browser: no account, no token, nothing is kept."""
    from sandbox.demo import demo as play  # noqa: PLC0415 - what runs the desk needs no sandbox
    from sandbox.hands import NotSeen  # noqa: PLC0415

    logs.configure("WARNING", "text", sys.stderr)
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # the Slack SDK would use it even for this machine
    port = 0 if script else port
    try:
        with tempfile.TemporaryDirectory(prefix="threadkeeper-") as folder:
            _run(
                play(
                    _manifest(),
                    lambda slack: _demo_desk(slack, Path(folder), "" if script else DASHBOARD_AT),
                    click.echo,
                    port=port,
                    is_script=script,
                    days=history,
                )
            )
    except NotSeen as error:
        raise click.ClickException(f"The story went wrong: {error}") from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        there = f"Something is there already: http://127.0.0.1:{port}"
        raise click.ClickException(f"{there}. Open it, or add ARGS=--port=0.") from None


@asynccontextmanager
async def _demo_desk(slack: Sandbox, folder: Path, told: str) -> AsyncIterator[None]:
    settings = _demo_settings(slack, folder)
    async with joined(settings) as program:
        await _remember(slack, program)
        if told:
            click.echo(told.format(f"{settings.dashboard_url}{HOME}"))
        yield


async def _remember(slack: Sandbox, program: Program) -> None:
    """Tickets of all that was talked in the demo's Slack before the desk came to it."""
    from sandbox import quarter as talk  # noqa: PLC0415 - as the demo itself

    world, found = slack.world, list(talk.threads(slack.world))
    if not found:
        return
    members = [
        quarter.Member(user.id, user.team_id, user.real_name, user.tz)
        for user in world.users.values()
    ]
    places = []
    for channel_id, talks in found:
        channel = world.channels[channel_id]
        company = world.teams[channel.team_ids[-1]].name if len(channel.team_ids) > 1 else ""
        said = [[quarter.Said(*each) for each in one] for one in talks]
        places.append(quarter.Place(channel.id, channel.name, company, said))
    now = program.clock.now()
    await program.desk.write(
        program.workspace_id, lambda unit: quarter.remember(unit, places, members, now)
    )


def _demo_settings(slack: Sandbox, folder: Path) -> Settings:
    """Made by hand: neither the environment nor a file of the operator's may reach the demo."""
    assert slack.world.app is not None  # noqa: S101 - the demo's Slack is made with an app
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    slack.world.app.redirect_urls.append(f"{url}{BACK}")
    return Settings.given(
        slack_bot_token=slack.world.app.bot_token,
        slack_app_token=slack.world.app.app_token,
        slack_api_url=f"{slack.url}/api/",
        database_url=f"sqlite:///{folder}/demo.db",
        triage_channel="#triage",
        tech_channel="#tech-support",
        digest_channel="#digests",
        hours=Hours.office("Europe/Berlin"),
        public_support_channel="#help",
        agents_usergroup="@support",
        specialists_usergroup="@specialists",
        leads_usergroup="@leads",
        managers_usergroup="@managers",
        clock_url=f"{slack.url}/control/clock",
        port=port,
        slack_client_id=slack.world.app.client_id,
        slack_client_secret=slack.world.app.client_secret,
        dashboard_url=url,
    )


def _free_port() -> int:
    """One that nobody uses now: the dashboard's address must be known before it is served."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def check(as_json: bool) -> None:  # noqa: FBT001 - click calls it by name
    """Prove this installation: each line is in order, or says what to do."""
    found = asyncio.run(_findings(_settings(_to_machines if as_json else _to_people)))
    if as_json:
        _show(found)
    for each in () if as_json else found:
        click.echo(f"{'ok  ' if each.is_ok else 'MEND'}  {each.what}: {each.words}")
    sys.exit(0 if all(each.is_ok for each in found) else 1)


def _show(found: Sequence[Finding]) -> None:
    click.echo(json.dumps([asdict(each) for each in found], indent=2))


async def _findings(settings: Settings) -> list[Finding]:
    found = [fine("settings", "complete"), _keys_finding(settings), _knowledge_finding(settings)]
    found.append(checking.database(settings.database_url))
    found += checking.troubles(settings.database_url)
    found += checking.articles(settings.articles_folder)
    token, app_token = settings.slack_bot_token, settings.slack_app_token
    async with _pager(settings) as pager:
        found += [await checking.pager(pager)] if pager else []
    async with slack_session() as session:
        client = AsyncWebClient(
            token.get_secret_value(), settings.slack_api_url, session=session, retry_handlers=[]
        )
        secret = app_token.get_secret_value() if app_token else ""
        scopes = _manifest()["oauth_config"]["scopes"]["bot"]
        seed = _seed(settings)
        found += [each async for each in checking.findings(client, secret, seed, scopes)]
        found.append(await checking.dashboard(_sign_in(settings, session)))
    return found


def _meaning(settings: Settings) -> Callable[[], Meaning] | None:
    """What makes the model of meanings; None where words alone are wanted, or it is not there."""
    if settings.knowledge_engine == "words":
        return None
    from bot.knowledge.meaning import Meaning, is_installed  # noqa: PLC0415 - it brings much along

    return Meaning if is_installed() else None


def _knowledge_finding(settings: Settings) -> Finding:
    meaning = _meaning(settings)
    if settings.knowledge_engine == "semantic" and meaning is None:
        mend = "pip install -r requirements/semantic.txt, or KNOWLEDGE_ENGINE=words"
        words = f"is to be found by meaning, which is not installed: {mend}"
        return Finding("knowledge", is_ok=False, words=words)
    return fine("knowledge", "by meaning and words" if meaning else "by words")


def _keys_finding(settings: Settings) -> Finding:
    file, are_given = _key_file(settings), bool(settings.encryption_keys)
    known = are_given or file.exists()  # whoever checks makes none
    try:
        fits = checking.opens(settings.database_url, _cipher(settings) if known else None)
    except CannotOpen as error:
        return amiss("keys", str(error))
    if not fits:
        where = "ENCRYPTION_KEYS" if are_given else str(file)
        return amiss("keys", f"{where} cannot open the tokens in the database. {_BRING_BACK}")
    if are_given:
        return fine("keys", "as ENCRYPTION_KEYS says")
    alone = "before a second machine joins, put it into ENCRYPTION_KEYS, and keep a copy elsewhere"
    return fine("keys", f"in {file}: {alone}")


def _manifest() -> dict[str, Any]:
    manifest = yaml.safe_load(Path(__file__).with_name("manifest.yml").read_text("utf-8"))
    return dict(manifest)


@main.group()
def pager() -> None:
    """The outside pager that is called with whoever is on call."""


@pager.command("test")
def pager_test() -> None:
    """Send one call that says that it is a test, signed as every page is."""
    click.echo(asyncio.run(_paged(_settings())))


async def _paged(settings: Settings) -> str:
    async with _pager(settings) as found:
        if found is None:
            raise click.ClickException("There is no pager. PAGER_URL and PAGER_SECRET set it up.")
        try:
            await found.page(new_nonce(), {"type": "test", "at": Clock().now().isoformat()})
        except NotHeard as error:
            told = remedy_of(str(error))
            raise click.ClickException(f"{told.wrong} {told.mend}") from None
        except RateLimited as limited:
            raise click.ClickException(f"It wants no more calls now ({limited}).") from None
    return "The pager took it."


def _to_people(problems: Sequence[Problem]) -> None:
    click.echo("These settings have to be mended first:", err=True)
    for problem in problems:
        click.echo(f"  {problem.name} {problem.wrong}: {problem.mend}", err=True)


def _to_machines(problems: Sequence[Problem]) -> None:
    _show([amiss(each.name, f"{each.wrong}: {each.mend}") for each in problems])


def _settings(tell: Callable[[Sequence[Problem]], None] = _to_people) -> Settings:
    """The settings; where they have to be mended first, says so and ends the program."""
    try:
        return Settings.load()
    except SettingsError as error:
        tell(error.problems)
        sys.exit(2)


def _run(main_task: Coroutine[Any, Any, None]) -> None:
    """Run to the end; what an operator can mend is told in one line."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()  # what is imported lives as long as we do: no need to look through it ever again
    gc.set_threshold(YOUNG_OBJECTS)
    heap.tune()
    try:
        with database_told(), asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(main_task)
    except (CannotOpen, AlreadyRunning) as error:
        raise click.ClickException(str(error)) from None
    except WrongKey as error:
        raise click.ClickException(f"{error}: give that one, too (ENCRYPTION_KEYS).") from None
    except (NotSent, Unsure, Paused, RateLimited) as error:
        raise click.ClickException(f"Slack does not let us in: {error}") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise
        raise click.ClickException(str(error)) from None


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - it may not be there
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
