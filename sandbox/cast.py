"""The people, companies and channels of every fresh sandbox, under ids that one can read."""

from __future__ import annotations

from typing import Any

from sandbox.clock import Clock
from sandbox.deeds import Draft, post
from sandbox.world import App, Channel, Json, Team, User, Usergroup, World

HARBOUR, ACME, GLOBEX = "T0HARBOUR", "T00ACME", "T0GLOBEX"
BOT = "U00KEEPERB"
BORN = 1_735_689_600  # when it was all set up: 1 January 2025, UTC

TEAMS = (
    Team(HARBOUR, "Harbour", "harbour"),
    Team(ACME, "Acme Robotics", "acme-robotics"),
    Team(GLOBEX, "Globex", "globex"),
)

# id, team, name, role, time zone, locale, colour; the first name in small letters is the handle
PEOPLE = (
    ("U000CARLA", ACME, "Carla Moreno", "Customer", "Europe/Madrid", "es-ES", "d58247"),
    ("U0000OMAR", ACME, "Omar Haddad", "Customer", "Europe/Madrid", "en-GB", "3c989f"),
    ("U00000ZOE", GLOBEX, "Zoe Lindqvist", "Customer", "America/New_York", "en-US", "9e3997"),
    ("U00000ANA", HARBOUR, "Ana Petrova", "Agent", "Europe/Berlin", "en-GB", "2b6836"),
    ("U00000BEN", HARBOUR, "Ben Okafor", "Agent", "Europe/London", "en-GB", "4d5e26"),
    ("U000TARIQ", HARBOUR, "Tariq Aziz", "Specialist", "Europe/Berlin", "en-GB", "684b6c"),
    ("U0000MONA", HARBOUR, "Mona Keller", "Manager", "Europe/Berlin", "de-DE", "e0a729"),
    ("U00000KIM", HARBOUR, "Kim Tran", "Community member", "Asia/Tokyo", "en-US", "53b759"),
    ("U00000GUS", HARBOUR, "Gus Lorenz", "Colleague", "Europe/Berlin", "de-DE", "827327"),
)

# id, name, connected company, private, members, purpose
CHANNELS = (
    ("C0ACMEHARB", "acme-harbour", ACME, False, "carla omar ana ben", "Acme Robotics and Harbour"),
    ("C0GLOBEXHB", "globex-harbour", GLOBEX, False, "zoe ana ben", "Globex and Harbour"),
    ("C00000HELP", "help", None, False, "kim ana ben gus", "Ask Harbour anything"),
    ("C000TRIAGE", "triage", None, True, "ana ben tariq mona", "Every request and its card"),
    ("C0TECHSUPP", "tech-support", None, True, "tariq ana ben", "Questions to the specialists"),
    ("C00DIGESTS", "digests", None, True, "mona ana", "Figures and decisions"),
    ("C00GENERAL", "general", None, False, "ana ben tariq mona gus", "Everybody at Harbour"),
)
WITHOUT_BOT = {"general"}

# id, handle, members; the name is the handle with a capital
USERGROUPS = (
    ("S0SUPPORT", "support", "ana ben"),
    ("S0SPECIALS", "specialists", "tariq"),
    ("S000000LEAD", "leads", "ana"),
    ("S0MANAGERS", "managers", "mona"),
)

# days ago, hour (UTC), channel, who, text; "…" begins a reply to the one above
PAST = (
    (6, 9, "general", "mona", "Morning all, the release notes are out."),
    (5, 10, "acme-harbour", "carla", "Hi Harbour! Nice to have a channel with you."),
    (5, 11, "acme-harbour", "ana", "…Welcome, Carla. Ask away whenever something comes up."),
    (4, 15, "globex-harbour", "zoe", "Is there a changelog for the export API?"),
    (4, 16, "globex-harbour", "ben", "…Yes, it is in the docs under Releases."),
    (3, 7, "help", "kim", "Does the free plan include webhooks?"),
    (3, 8, "help", "gus", "…It does, up to three of them."),
    (2, 13, "acme-harbour", "omar", "Thanks for the quick fix yesterday!"),
)


def seed(world: World, manifest: Json, *, history: bool = False) -> None:
    """Put the cast into an empty world, and the app with the bot scopes of ``manifest``.

    With ``history`` there are a few messages of the last days; nobody is told of them.
    """
    world.teams.update((team.id, Team(team.id, team.name, team.domain)) for team in TEAMS)
    for row in PEOPLE:
        person = _person(*row)
        world.users[person.id] = person
    _install(world, manifest)
    for channel_row in CHANNELS:
        channel = _channel(world, *channel_row)
        world.channels[channel.id] = channel
    for group_id, handle, members in USERGROUPS:
        ids = [_by_name(world, name).id for name in members.split()]
        world.usergroups[group_id] = Usergroup(
            group_id, HARBOUR, handle, handle.capitalize(), ids, updated=BORN
        )
    if history:
        _remember(world)


def _person(*row: Any) -> User:
    user_id, team_id, real_name, role, tz, locale, color = row
    name = real_name.partition(" ")[0].lower()
    return User(
        id=user_id,
        team_id=team_id,
        name=name,
        real_name=real_name,
        role=role,
        tz=tz,
        locale=locale,
        email=f"{name}@{next(t.domain for t in TEAMS if t.id == team_id)}.example",
        color=color,
        is_restricted=name == "kim",
        is_admin=name == "mona",
        updated=BORN,
    )


def _install(world: World, manifest: Json) -> None:
    """The app under test, as if an admin of Harbour had granted all the scopes it asks for."""
    name = manifest.get("display_information", {}).get("name", "Threadkeeper")
    oauth = manifest.get("oauth_config", {})
    app = App(
        id="A0THREADKP",
        team_id=HARBOUR,
        bot_user=BOT,
        bot_id="B0THREADKP",
        bot_token="xoxb-sandbox",
        app_token="xapp-sandbox",
        signing_secret="sandbox-signing-secret",
        manifest=manifest,
        scopes=list(oauth.get("scopes", {}).get("bot", [])),
        redirect_urls=list(oauth.get("redirect_urls", [])),
    )
    bot = User(BOT, HARBOUR, name.lower().replace(" ", ""), name, "App", tz="America/Los_Angeles")
    bot.is_bot, bot.bot_id, bot.updated = True, app.bot_id, BORN
    world.app, world.users[BOT] = app, bot


def _channel(world: World, *row: Any) -> Channel:
    channel_id, name, partner, is_private, members, purpose = row
    people = [_by_name(world, member).id for member in members.split()]
    return Channel(
        id=channel_id,
        name=name,
        team_ids=[HARBOUR, partner] if partner else [HARBOUR],
        creator=_by_name(world, "mona").id,
        created=BORN,
        is_private=is_private,
        members=people if name in WITHOUT_BOT else [*people, BOT],
        purpose=purpose,
    )


def _by_name(world: World, name: str) -> User:
    return next(user for user in world.users.values() if user.name == name)


def _remember(world: World) -> None:
    """Fill the channels with the past, through a twin of the world that nobody listens to."""
    past = World(
        clock=Clock(),
        teams=world.teams,
        users=world.users,
        channels=world.channels,
        app=world.app,
    )
    midnight = world.clock.time() // 86_400 * 86_400
    for days, hour, place, name, text in PAST:
        past.clock.freeze(midnight - days * 86_400 + hour * 3_600)
        _say(past, next(c for c in past.channels.values() if c.name == place), name, text)
    for channel in world.channels.values():
        world.read_marks.update(
            ((member, channel.id), channel.last_ts) for member in channel.members
        )


def _say(world: World, channel: Channel, name: str, text: str) -> None:
    above = channel.order[-1] if text.startswith("…") else None
    draft = Draft(text=text.removeprefix("…"), thread_ts=above)
    post(world, channel, _by_name(world, name), draft)
