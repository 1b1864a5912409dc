"""What has to have happened before an act can be done, act by act and door by door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.ids import new_id
from bot.usecases.inputs import Suggested
from sandbox.people import Spot
from storage import articles, questions, texts, tickets
from storage.records.articles import Article, Audience
from storage.records.questions import Outcome, Question
from storage.unit import Unit
from tests.stories.tour import TIME, Occasions, Tour

WEEKS = 15 * 86_400  # so long nobody is asked again how we did
MANY = 9  # more than a page of what is to be done in the knowledge base
UNHEARD = (
    "parrots in the office", "lorry with a flat tyre", "colour of the new forklift",
    "snow on the loading ramp", "coffee for visitors", "keys of the north gate",
    "paint for the yard lines", "noise of the conveyor", "wasps under the roof",
)  # fmt: skip


async def _hurry(tour: Tour) -> None:
    asked = tour.asked_last()
    tour.people.react("carla", asked.channel, asked.ts, "rotating_light")
    await tour.stage.quiet()


async def _announcement(tour: Tour) -> None:
    said = tour.people.say("ana", "#acme-harbour", "We move house on Monday, all of us.")
    tour.target = Spot(channel=said.channel, ts=said.ts)
    await tour.stage.quiet()


async def _second_question(tour: Tour) -> None:
    asked = tour.asked_last()
    said = tour.people.say("carla", "#acme-harbour", "And the import?", thread_ts=asked.ts)
    tour.target = Spot(channel=said.channel, ts=said.ts)
    await tour.stage.quiet()


async def _talk(tour: Tour) -> None:
    tour.people.say("tariq", "#tech-support", "Has anybody seen that import stop?")
    await tour.stage.quiet()


async def _shared_channel(tour: Tour) -> None:
    tour.share_a_channel()
    await tour.stage.quiet()


async def _another(tour: Tour) -> None:
    """So that the two newest tickets are open, and belong to nothing."""
    tour.stage.slack.world.clock.move(400)
    tour.speak_in("carla", "acme-harbour", 1)
    await tour.stage.quiet()


async def _morning(tour: Tour) -> None:
    await tour.some_way("take")
    for words in ("digest queue at 8:30", "digest send queue"):
        await tour.people.command("ana", "#triage", "/desk", words)
        await tour.stage.quiet()


async def _weeks(tour: Tour) -> None:
    await tour.stage.later(WEEKS)
    tour.speak_in("carla", "acme-harbour", 1)
    await tour.stage.later(1)  # what was said may bear the next moment already


async def _guess(tour: Tour) -> None:
    program, number = tour.stage.program, tour.numbers()[-1]

    def newest(unit: Unit) -> int:
        ticket = tickets.by_number(unit, number)
        assert ticket is not None
        return ticket.id

    key = await program.desk.read(program.workspace_id, newest)
    found = Suggested(key, program.clock.now(), category="Billing", twin="1")
    await program.desk.offer(program.workspace_id, found)
    await tour.stage.quiet()


async def _work_for_authors(tour: Tour) -> None:
    """Once: more articles are due, and more was asked in vain, than one page shows."""
    program = tour.stage.program
    now = program.clock.now()
    yesterday = (now - timedelta(days=1)).date().isoformat()

    def write(unit: Unit) -> None:
        if any(each.title == UNHEARD[0] for each in articles.live(unit)):
            return
        for title in UNHEARD:
            body = Article(unit.workspace_id, new_id(), title, title, title, Audience.PUBLIC, now)
            articles.add(unit, replace(body, review_on=yesterday, reminded=yesterday))
            words = f"Why are there {title[::-1]}?"
            text_id = new_id()
            texts.put(unit, text_id, words)
            told = unit.workspace_id, new_id(), now, text_id, Outcome.SILENT
            questions.add(unit, Question(*told))

    await program.desk.write(program.workspace_id, write)


SCENES: Mapping[str, Callable[[Tour], Awaitable[None]]] = {
    "attach": _talk,
    "category card": _guess,
    "csat_send": _weeks,
    "detach": _talk,
    "kb_due": _work_for_authors,
    "kb_gaps": _work_for_authors,
    "label card": _guess,
    "map_channel card of a new channel": _shared_channel,
    "link": _another,
    "merge": _another,
    "not_same card": _guess,
    "reply own morning queue": _morning,
    "split": _second_question,
    "take direct message": _hurry,
    "track": _announcement,
}
# Acts by their names, in order.
BEFORE: Mapping[str, tuple[str, ...]] = {
    "accept": ("escalate",),
    "account": ("map_channel",),
    "account_note": ("map_channel",),
    "account_note_remove": ("map_channel", "account_note"),
    "account_save": ("map_channel",),
    "approve": ("escalate", "accept", "draft"),
    "ask_back": ("escalate", "accept"),
    "away home": ("back",),
    "back": ("away",),
    "complete": ("escalate",),
    "csat_on": ("csat_off",),
    "csat_send": ("resolve",),
    "decline": ("escalate",),
    "detach": ("attach",),
    "discussed": ("escalate", "accept"),
    "draft": ("escalate", "accept"),
    "escalate note in the internal thread": ("escalate", "decline"),
    "guest_says": ("pull_in",),
    "let_go": ("pull_in",),
    "macro_archive": ("macro_new",),
    "macro_edit": ("macro_new",),
    "more home": ("take",),
    "priority More …": ("priority",),
    "reopen": ("resolve",),
    "reply home": ("take",),
    "reply note in the internal thread": ("escalate", "accept", "discussed"),
    "resolve home": ("take",),
    "send_back": ("escalate", "accept", "draft"),
    "snooze home": ("take",),
    "team_remove": ("team_add",),
    "tell_back": ("escalate", "accept", "ask_back"),
    "undo": ("reply",),
    "unlink": ("link",),
    "unmerge": ("merge",),
    "unpromise": ("promise",),
    "unsend": ("reply", TIME),
    "wait home": ("take",),
    "wake": ("snooze",),
    "withdraw": ("escalate",),
}
BY: Mapping[str, tuple[str, ...]] = {
    "ask": ("kim",),
    "guest_says": ("gus",),
    "let_go": ("ana",),
    "let_go direct message": ("gus",),
    "take direct message": ("ben",),
}
OCCASIONS = Occasions(BEFORE, SCENES, BY)
