"""A desk with its dashboard beside a local Slack, and browsers that belong to the cast.

Harbour runs the desk: Mona is its manager, Ana a lead, Ben an agent. Globex runs one, too, in the
same installation: Zoe is its manager.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import httpx
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.clock import SetClock
from bot.desk import Desk
from bot.errors import Fact
from bot.slack.openid import SignIn
from sandbox.local import Sandbox, fresh_world
from sandbox.server import serving
from storage import accounts, channels, people, workspaces
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.records.accounts import Account
from storage.records.channels import Channel
from storage.records.people import Person, Staff
from storage.records.workspaces import Installation
from storage.unit import Unit, writing
from tests.storage import cast
from web.dashboard import BACK, Parts, routes
from web.dashboard.cookies import Cookies
from web.dashboard.paper import Paper

HARBOUR, GLOBEX = 1, 2
TEAMS = {HARBOUR: "T0HARBOUR", GLOBEX: "T0GLOBEX"}
MONA, ANA, BEN, KIM, ZOE = "U0000MONA", "U00000ANA", "U00000BEN", "U00000KIM", "U00000ZOE"
CARLA, GUS = "U000CARLA", "U00000GUS"
NAMES = {
    cast.ANA: (ANA, "Ana Petrova"),
    cast.BEN: (BEN, "Ben Okafor"),
    14: (MONA, "Mona Keller"),
    15: (GUS, "Gus Lorenz"),
}
ACME_ACCOUNT, GLOBEX_ACCOUNT = 501, 502
STAFF = Staff(frozenset({ANA, BEN}), leads=frozenset({ANA}), managers=frozenset({MONA}))
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
SITE = "https://desk.example.com"
CIPHER = Cipher.fresh()


class NobodyAsks(Exception):
    """All facts of the tests are known."""


async def _not_asked(_workspace_id: int, fact: Fact) -> None:
    raise NobodyAsks(fact)


@dataclass(eq=False)
class Office:
    """The desk, and the machine's clock, ``ahead`` of the real one."""

    engine: Engine
    desk: Desk
    slack: Sandbox
    sign_in: SignIn
    clock: SetClock
    ahead: timedelta = field(default=timedelta(0))

    def parts(self, *, is_secure: bool = True, is_on: bool = True) -> Parts:
        return Parts(
            self.desk,
            self.clock,
            _not_asked,
            Paper(),
            Cookies(self.desk.cipher, is_secure=is_secure),
            self.sign_in if is_on else None,
            lambda: datetime.now(UTC) + self.ahead,
        )

    def browser(self, *, is_secure: bool = True, is_on: bool = True) -> httpx.AsyncClient:
        """A browser of somebody's, with cookies of its own."""
        parts = self.parts(is_secure=is_secure, is_on=is_on)
        web = Starlette(routes=routes(parts, is_secure=is_secure))
        transport = httpx.ASGITransport(web, raise_app_exceptions=False)
        site = SITE if is_secure else SITE.replace("https", "http")
        return httpx.AsyncClient(transport=transport, base_url=site)

    async def to_slack_and_back(
        self, browser: httpx.AsyncClient, who: str, onward: str = ""
    ) -> httpx.URL:
        """Press the button, choose a person at Slack; the address that Slack sends them back to."""
        sent = await browser.get("/dashboard/go", params={"onward": onward})
        asked = urlsplit(sent.headers["location"])
        allow = asked._replace(path="/openid/connect/allow", query=f"{asked.query}&as={who}")
        async with httpx.AsyncClient(trust_env=False) as slack:
            answer = await slack.get(allow.geturl())
        return httpx.URL(answer.headers["location"])

    async def signed_in(self, who: str = MONA, *, onward: str = "") -> httpx.AsyncClient:
        """A browser in which that person has signed in."""
        browser = self.browser()
        answer = await browser.get(await self.to_slack_and_back(browser, who, onward))
        assert answer.status_code == 303, answer.text
        return browser

    @contextmanager
    def unit(self, workspace_id: int = HARBOUR) -> Iterator[Unit]:
        with writing(self.engine, workspace_id) as unit:
            yield unit

    def staff(self, staff: Staff) -> None:
        """From now on these do what."""
        with self.unit() as unit:
            people.put_staff(unit, staff, self.clock.now())


@asynccontextmanager
async def office(
    url: str, *, more: Callable[[Sandbox], Sequence[BaseRoute]] = lambda _box: ()
) -> AsyncIterator[Office]:
    """Everything runs until the block ends. ``more``: the local Slack's page."""
    engine = open_engine(url)
    settle(engine)
    desk = Desk(engine, CIPHER)
    desk.start()
    world = fresh_world({"oauth_config": {"redirect_urls": [f"{SITE}{BACK}"]}})
    try:
        async with (
            serving(world, more=more) as slack,
            aiohttp.ClientSession(trust_env=False) as session,
        ):
            assert world.app is not None
            own = (world.app.client_id, world.app.client_secret)
            sign_in = SignIn(session, f"{slack.url}/api/", *own, f"{SITE}{BACK}")
            yield Office(engine, desk, slack, sign_in, SetClock(NOON))
    finally:
        await desk.stop()
        engine.dispose()


def install(unit: Unit) -> None:
    """The app is put into the unit's workspace, for the first time or again."""
    team_id = TEAMS[unit.workspace_id]
    workspaces.install(
        unit.connection,
        Installation(unit.workspace_id, "", team_id, "A1", "B1", "U-BOT", "xoxb-sandbox"),
        name=f"The desk of {team_id}",
        url="https://harbour.slack.test/",
        cipher=CIPHER,
    )


def settle(engine: Engine) -> None:
    for workspace_id in TEAMS:
        with writing(engine, workspace_id) as unit:
            install(unit)
    with writing(engine, HARBOUR) as unit:
        for key, (slack_id, name) in NAMES.items():
            people.put(unit, _person(unit, key, slack_id, name))
        people.put(unit, replace(_person(unit, 16, KIM, "Kim Tran"), is_guest=True))
        carla = _person(unit, cast.CARLA, CARLA, "Carla Moreno")
        people.put(unit, replace(carla, team_id="T00ACME"))
        people.put_staff(unit, STAFF, NOON)
        _add_customers(unit)
    with writing(engine, GLOBEX) as unit:
        people.put(unit, _person(unit, 1, ZOE, "Zoe Lindqvist"))
        people.put_staff(unit, Staff(managers=frozenset({ZOE})), NOON)


def _add_customers(unit: Unit) -> None:
    rows = (
        (ACME_ACCOUNT, "Acme Robotics", cast.ACME, "C0ACMEHARB", "acme-harbour"),
        (GLOBEX_ACCOUNT, "Globex", cast.LOBBY, "C0GLOBEXHB", "globex-harbour"),
    )
    for account_id, name, channel_id, slack_id, channel in rows:
        slug = name.partition(" ")[0].lower()
        accounts.add(unit, Account(HARBOUR, account_id, name, slug, NOON))
        found = Channel(
            HARBOUR, channel_id, slack_id, channel, account_id=account_id, is_ext_shared=True
        )
        channels.put(unit, replace(found, is_member=True, fetched_at=NOON))


def _person(unit: Unit, key: int, slack_id: str, name: str) -> Person:
    team = TEAMS[unit.workspace_id]
    return Person(unit.workspace_id, key, slack_id, team, name=name, fetched_at=NOON)


def state_of(address: httpx.URL) -> str:
    """What Slack sends back as it was given."""
    return parse_qs(urlsplit(str(address)).query)["state"][0]
