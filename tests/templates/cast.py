"""Scenes to render: Carla of Acme asks, Ana and Ben of Harbour answer."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.acts import ACTS, FAMILIES, of_phrase
from bot.rules import leaks, when
from bot.rules import trouble as rules_of_trouble
from bot.rules.leaks import Kind, Leak
from bot.rules.promise import OFFERED
from bot.usecases import home
from bot.usecases.ask import AskFormScene
from bot.usecases.desk import Entry, HealthScene
from bot.usecases.edits import EditsScene
from bot.usecases.mode import ModeScene
from bot.usecases.queue import PAGE, MemberScene, QueueFormScene, QueueScene, QueuesScene
from bot.usecases.scenes.forms import (
    AttachFormScene,
    DetachFormScene,
    FieldScene,
    LabelsFormScene,
    LinkFormScene,
    MoreFormScene,
    NewFormScene,
    ReplyFormScene,
    SnoozeFormScene,
)
from bot.usecases.scenes.home import HomeScene, HomeSection
from bot.usecases.scenes.posts import REASONS, MirrorScene, NoteScene, ReplyScene
from bot.usecases.scenes.ticket import HistoryScene, Kin, ListScene, TicketScene
from bot.usecases.search import FoundScene, HitScene
from bot.usecases.split import SplitFormScene
from bot.usecases.team import Member, RoleScene, TeamScene
from bot.usecases.today import TodayScene
from bot.usecases.trouble import TroubleScene
from bot.usecases.urgent import UrgentScene
from bot.usecases.why import WhyScene
from storage import words
from storage.records.books import Audit, Balance, Waiting
from storage.records.catchup import Cause, Gap
from storage.records.channels import Channel
from storage.records.messages import End, FileRef, Message, Side
from storage.records.people import Absence, Person, TeamRole
from storage.records.replies import Reply, ReplyState
from storage.records.tickets import Change, Priority, Resolution, Status, Ticket, Turn
from storage.records.trouble import INSTALLATION, Trouble, of_channel, of_method
from storage.records.workspaces import DeskQueue, ExtraKind, Mode, Way
from tests.templates import (
    briefings,
    canned,
    companies,
    deadlines,
    ladder,
    offers,
    opinions,
    wisdom,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LINK = "https://harbour.slack.com/archives/C0ACME/p1772452800000100"

CARLA = Person(1, 11, "U0CARLA", "T0ACME", name="Carla")
ANA = Person(1, 12, "U0ANA", "T0HARBOUR", name="Ana")
BEN = Person(1, 13, "U0BEN", "T0HARBOUR", name="Ben")
ACME = Channel(1, 101, "C0ACME", "acme-help", is_ext_shared=True)


def message(text: str = "The robot stopped at dock 4. Can you *look*?", files: int = 0) -> Message:
    log = FileRef("F1", "log <4>.txt", "text/plain", 12_345, "https://files.slack.com/F1")
    return Message(
        1, 301, 101, "1772452800.000100", "", 11, Side.CUSTOMER, End.OPENED, NOON, 401,
        text=text, files=(log,) * files,
    )  # fmt: skip


def ticket() -> Ticket:
    clocks = deadlines.clocks(NOON)
    return Ticket(
        1, 201, 123, 101, "1772452800.000100", 301, 11, NOON, due_at=NOON + 4 * HOUR, clocks=clocks
    )


def scene(text: str = message().text, name: str = "Carla", files: int = 0) -> TicketScene:
    """A new ticket; ``name`` is that of everybody and everything that others may name."""
    who = replace(CARLA, name=name)
    named = name != "Carla"
    return TicketScene(
        ticket=replace(ticket(), category=name if named else ""),
        channel=replace(ACME, name=name) if named else ACME,
        requester=who,
        owner=None,
        opening=message(text, files),
        company=name if named else "Acme Robotics",
        link=LINK,
        card_link=LINK,
        due_at=NOON + 4 * HOUR,
        more=0,
        previous=None,
        now=NOON + HOUR / 2,
    )


def taken(fresh: TicketScene, by: Person = ANA) -> TicketScene:
    return replace(fresh, ticket=replace(fresh.ticket, status=Status.OPEN, owner_id=12), owner=by)


def urgent(fresh: TicketScene) -> TicketScene:
    clocks = deadlines.clocks(NOON - 4 * HOUR)
    pressing = replace(fresh.ticket, priority=Priority.URGENT, due_at=NOON, clocks=clocks)
    return replace(fresh, ticket=pressing, due_at=NOON)


def resolved(fresh: TicketScene) -> TicketScene:
    done = replace(
        fresh.ticket,
        status=Status.RESOLVED,
        turn=Turn.NOBODYS,
        resolution=Resolution.ANSWERED,
        resolved_at=NOON + HOUR,
    )
    return replace(fresh, ticket=done, owner=ANA, due_at=None)


def snoozed(fresh: TicketScene) -> TicketScene:
    resting = replace(fresh.ticket, status=Status.SNOOZED, until_at=NOON + HOUR)
    return replace(fresh, ticket=resting, owner=ANA)


def labelled(fresh: TicketScene) -> TicketScene:
    tags = tuple(f"tag-{n}" for n in range(200))
    fields = tuple((f"Field {n}", "value " * 30) for n in range(60))
    return replace(fresh, ticket=replace(fresh.ticket, tags=tags), fields=fields)


def merged(fresh: TicketScene) -> TicketScene:
    done = replace(resolved(fresh).ticket, resolution=Resolution.DUPLICATE, merged_id=202)
    kin = (Kin("part of", 15, LINK, goes_on=True), *(Kin("contains", 9, ""),) * 12)
    return replace(resolved(fresh), ticket=done, kin=kin)


def unanswered(fresh: TicketScene) -> TicketScene:
    asked = replace(fresh.ticket, status=Status.WAITING, turn=Turn.THEIRS, nudged_at=NOON)
    return replace(fresh, ticket=asked, owner=ANA, closes_at=NOON + 96 * HOUR)


def mirror(text: str = message().text, name: str = "Carla", files: int = 0) -> MirrorScene:
    author = replace(CARLA, name=name)
    return MirrorScene(
        ticket(), message(text, files), author, is_ours=False, link=LINK, company=name
    )


def reply(text: str, state: ReplyState, name: str = "Ana", error: str = "") -> ReplyScene:
    held = NOON + timedelta(seconds=10)
    words = Reply(1, 501, 201, 12, 402, NOON, held, state=state, text=text, error=error)
    likes = (("tada", name),) if state is ReplyState.SENT else ()
    who = replace(ANA, name=name)
    return ReplyScene(ticket(), words, who, ACME, desk="Harbour support", reactions=likes)


def history(fresh: TicketScene, words: str, count: int) -> HistoryScene:
    acts = ("open", "take", "assign", "priority", "status", "something_new")
    changes = (Change(1, n, 201, NOON, 12, acts[n % len(acts)], words, words) for n in range(count))
    named = tuple((change, ANA if change.id % 2 else None) for change in changes)
    more = "9" if count > 50 else ""
    return HistoryScene(fresh, named, {words: words}, total=count, older=more)


Drawing = tuple[str, dict[str, Any]]
"""A template and the fields that it is given."""


def messages(text: str, name: str, many: int) -> list[Drawing]:
    """Every template of a message, in its states."""
    return [
        *_of_tickets(scene(text, name, files=min(many, 9)), name),
        *_mirrors(mirror(text, name, files=min(many, 9))),
        *_lists(scene(text, name), name, many),
        ("access/whisper.j2", {"words": text, "returned": text}),
        ("intake/help_button.j2", {"channel_id": 101}),
        *(
            ("access/completion.j2", {"act": act, "scene": scene(text, name), **told})
            for act in ACTS
            for told in ({"chosen": "", "said": None}, {"chosen": name[:200], "said": 7})
        ),
        *_whys(scene(text, name), name),
        *_edits(scene(text, name), text, name, min(many, 9)),
        *(
            ("desk/mode.j2", {"scene": ModeScene(ACME, Mode.AUTO, own, name)})
            for own in (True, False)
        ),
        *(("reply/desk.j2", {"scene": reply(text, state, name)}) for state in ReplyState),
        ("reply/customer.j2", {"scene": reply(text, ReplyState.SENDING, name)}),
        *_troubles(name),
        *canned.messages(text, name, many),
        *opinions.messages(resolved(scene(text, name)), text, name, many),
        *wisdom.messages(ticket(), text, name, many),
        *offers.messages(ticket(), text, name, many),
        *deadlines.explained(scene(text, name), name, many),
        *deadlines.messages(ticket(), (replace(ANA, name=name),), name, many),
        *ladder.messages(scene(text, name), message(text), text, name),
        *ladder.rotas(scene(text, name), name, many),
        *companies.messages(scene(text, name), name, many),
        *briefings.messages(scene(text, name), name, many),
        *_teams(name, many),
        *_queues(name, many),
        *(
            ("desk/help.j2", {"families": FAMILIES, "some": some, "hint": hint})
            for some in ((), of_phrase("team"))
            for hint in ("", name)
        ),
        *(("desk/health.j2", {"scene": health(name, count)}) for count in (0, many)),
    ]


def health(name: str, many: int) -> HealthScene:
    """A desk on which nothing, or ``many`` things, have to be looked at."""
    audit = Audit(theirs=many + 2, ours=many, deleted=1, until=NOON)
    day = Balance(101, NOON.date(), Counter({End.OPENED: many}), {"staff": many}, audit)
    gaps = [Gap(1, at, cause, NOON - HOUR, NOON, found=many) for at, cause in enumerate(Cause)]
    return HealthScene(
        ends=Counter({End.OPENED: many}),
        ignored={"staff": many} if many else {},
        amiss=(Entry(name, day),) * many,
        compared_at=NOON if many else None,
        gaps=tuple(gaps[:many]),
        waiting=Waiting(many, NOON - HOUR, many, many, NOON - HOUR, many),
        by_hand=Counter({"press": many}),
        now=NOON,
        troubles=[_trouble(of_channel(101), "is_archived", name)] * many,
        helpers=[(name, count) for count in range(many)],
    )


def _queues(name: str, many: int) -> Iterator[Drawing]:
    who = (MemberScene(replace(ANA, name=name), many, ""), MemberScene(BEN, 1, "away"))
    for count, way in enumerate(Way):
        queue = DeskQueue(name if count else "", way, owner_first=True, capacity=9, pass_on=30)
        one = QueueScene(1, queue, way is not Way.LOAD, who * min(many, 30), many)
        yield (
            "desk/queues.j2",
            {
                "scene": QueuesScene(
                    tuple(replace(one, key=n) for n in range(min(many, PAGE))), many
                )
            },
        )


def _teams(name: str, many: int) -> Iterator[Drawing]:
    member = Member(replace(ANA, name=name), is_by_hand=True, counts=False)
    unnamed = Member(replace(ANA, name=""), is_by_hand=False, counts=True)
    for group, members in (("", ()), ("S0SUPPORT", (member, unnamed) * many)):
        roles = tuple(RoleScene(role, group, members) for role in TeamRole)
        yield "team/list.j2", {"scene": TeamScene(roles, is_led=bool(group))}


def _troubles(name: str) -> Iterator[Drawing]:
    kinds = ((of_channel(101), "is_archived"), (INSTALLATION, "token_revoked"))
    for place, code in (*kinds, (of_method("reactions.add"), "missing_scope")):
        scene = _trouble(place, code, name)
        yield "trouble/call.j2", {"scene": scene}
        for end in (None, NOON + HOUR):
            ended = replace(scene.trouble, ended_at=end)
            yield "trouble/note.j2", {"scene": replace(scene, trouble=ended)}


def _trouble(place: str, code: str, name: str) -> TroubleScene:
    found = Trouble(1, 601, place, code, NOON, NOON, NOON)
    where = replace(ACME, name=name)
    return TroubleScene(found, where, 3, rules_of_trouble.remedy(found, name))


def _of_tickets(fresh: TicketScene, name: str) -> Iterator[Drawing]:
    states = [fresh, taken(fresh, replace(ANA, name=name)), urgent(fresh), resolved(fresh)]
    states += [snoozed(fresh), unanswered(fresh), merged(fresh), labelled(fresh)]
    several = (
        "ticket/card",
        "ticket/show",
        "ticket/solved",
        "ticket/nudge",
        "ticket/goes_on",
        "ticket/reopened",
        "intake/receipt",
    )
    for template in several:
        yield from ((f"{template}.j2", {"scene": one}) for one in states)
    for template in ("ticket/card.j2", "ticket/show.j2"):
        yield template, {"scene": companies.known(fresh, name, 5)}
    yield "intake/opening.j2", {"scene": fresh}
    yield "intake/split.j2", {"scene": fresh}
    for asks, back_at in ((True, None), (False, NOON + HOUR)):
        told = UrgentScene(urgent(fresh), asks, back_at)
        yield "intake/urgent.j2", {"scene": told}
    yield (
        "ticket/thread_note.j2",
        {"scene": NoteScene(ticket(), "urgent", None, LINK, "S0SUPPORT")},
    )
    for reason in REASONS:
        yield "ticket/thread_note.j2", {"scene": NoteScene(ticket(), reason, ANA, LINK)}


def _edits(fresh: TicketScene, text: str, name: str, many: int) -> Iterator[Drawing]:
    for older in ((), ((text, NOON),) * many):
        edited = replace(message(text), edited_at=NOON)
        changed = EditsScene(fresh, replace(CARLA, name=name), edited, older, NOON)
        yield "intake/changes.j2", {"scene": changed}


def _whys(fresh: TicketScene, name: str) -> Iterator[Drawing]:
    for end, on, mode in (
        ("opened", fresh, Mode.AUTO),
        ("ignored", None, Mode.OFF),
        ("", None, None),
    ):
        why = WhyScene(name, end, on, name, mode, on is None)
        yield "intake/why.j2", {"scene": why}


def _mirrors(shown: MirrorScene) -> Iterator[Drawing]:
    gone = replace(shown.message, text="", deleted_at=NOON)
    edited = replace(shown.message, edited_at=NOON)
    for one in (shown.message, gone, edited):
        yield "intake/mirror.j2", {"scene": replace(shown, message=one)}
    yield "intake/mirror.j2", {"scene": replace(shown, is_ours=True, author=None)}
    yield "intake/mirror.j2", {"scene": replace(shown, elsewhere=scene(shown.message.text))}
    liked = (("tada", shown.company),) * 20
    yield "intake/mirror.j2", {"scene": replace(shown, is_ours=True, reactions=liked)}


def _found(fresh: TicketScene, name: str, many: int) -> FoundScene:
    pieces = words.snippet(fresh.opening.text, "robot")
    hit = HitScene(fresh, replace(CARLA, name=name), NOON, pieces)
    return FoundScene(name[:300], (hit,) * many, many, not many, name if many else "", NOON)


def _lists(fresh: TicketScene, name: str, many: int) -> Iterator[Drawing]:
    listed = ListScene(name, (fresh,) * many, many)
    yield "ticket/list.j2", {"scene": listed}
    yield "ticket/found.j2", {"scene": _found(fresh, name, min(many, 10))}
    yield "ticket/picker.j2", {"scene": listed, "act": ACTS[4], "chosen": name[:20]}
    yield "ticket/history.j2", {"scene": history(fresh, name, many)}
    for one in (None, *ACTS):
        yield "ticket/help.j2", {"acts": ACTS, "families": FAMILIES, "hint": name, "one": one}


def labels_form(fresh: TicketScene, name: str, many: int) -> LabelsFormScene:
    """As many tags and choices as the settings allow, called as wildly as anything may be."""
    pairs = tuple((f"{n}", name) for n in range(min(many, 60)))
    kinds = tuple(
        FieldScene(f"extra:{n} {kind}", name or "Field", kind, value, pairs or (("1", "1"),))
        for n, (kind, value) in enumerate(
            zip(ExtraKind, ("x", "1", "4.5", "2026-12-01"), strict=True)
        )
    )
    tags = tuple((f"t{n}", f"t{n}") for n in range(min(many, 200)))
    return LabelsFormScene(fresh, pairs, tags, kinds * 1, hidden=many)


PRESETS = tuple(when.presets(when.Asked(NOON)))
MORE = tuple((act.name, act.label) for act in ACTS if act.in_more)


def modals(text: str, name: str, many: int) -> list[Drawing]:
    fresh = scene(text, name)
    known = (replace(CARLA, name=name),) * min(many, 30)
    channels = tuple((str(n), name) for n in range(many))
    return [
        *companies.modals(name, many),
        *briefings.modals(name, many),
        *canned.modals(fresh, text, name, many),
        *wisdom.modals(fresh, text, name, many),
        *opinions.modals(resolved(fresh), text, name),
        *ladder.modals(fresh, message(text), reply_form(fresh, known, text), text=text, name=name),
        *deadlines.modals(fresh, tuple(when.presets(when.Asked(NOON), OFFERED))),
        ("ticket/priority_form.j2", {"scene": fresh}),
        *(
            (
                "desk/queue_form.j2",
                {"scene": QueueFormScene(1, DeskQueue(kind), own, (name,) * many)},
            )
            for kind, own in (("", True), (name, False))
        ),
        ("ticket/resolve_form.j2", {"scene": LinkFormScene(resolved(fresh), channels)}),
        ("ticket/assign_form.j2", {"scene": taken(fresh)}),
        *_splits(fresh, name, many),
        ("intake/urgent_form.j2", {"scene": fresh}),
        ("intake/ask_form.j2", {"scene": AskFormScene(replace(ACME, name=name))}),
        ("ticket/note_form.j2", {"scene": fresh}),
        ("ticket/snooze_form.j2", {"scene": SnoozeFormScene(fresh, PRESETS)}),
        ("ticket/labels_form.j2", {"scene": labels_form(fresh, name, many)}),
        ("ticket/attach_form.j2", {"scene": AttachFormScene(name, channels)}),
        ("ticket/attach_form.j2", {"scene": AttachFormScene("lab", ())}),
        ("ticket/detach_form.j2", {"scene": DetachFormScene(fresh, channels[:1])}),
        ("ticket/merge_form.j2", {"scene": LinkFormScene(fresh, channels)}),
        ("ticket/link_form.j2", {"scene": LinkFormScene(fresh, ())}),
        ("ticket/more_form.j2", {"scene": MoreFormScene(fresh, MORE)}),
        _new(fresh, channels, text, name, many),
        *_replies(fresh, known, text, name),
    ]


def _new(
    fresh: TicketScene,
    channels: tuple[tuple[str, str], ...],
    text: str,
    name: str,
    many: int,
) -> Drawing:
    some, own = ("Technical", "Billing")[:many], labels_form(fresh, name, many).fields
    return "ticket/new_form.j2", {"scene": NewFormScene(channels, "0", text, some, own)}


def _replies(
    fresh: TicketScene, known: tuple[Person, ...], text: str, name: str
) -> Iterator[Drawing]:
    form = reply_form(fresh, known, text)
    for each in (form, reply_form(resolved(fresh), known, text), canned.begun(form, name)):
        yield "reply/form.j2", {"scene": each}


def _splits(fresh: TicketScene, name: str, many: int) -> Iterator[Drawing]:
    for count in (0, many):
        choices = tuple((str(n), name) for n in range(count))
        yield "intake/split_form.j2", {"scene": SplitFormScene(fresh, choices)}


def reply_form(on: TicketScene, people: tuple[Person, ...], text: str) -> ReplyFormScene:
    """The form once it is known who reads there, with the words that were typed so far."""
    leak = Leak(Kind.ACCOUNT, "the name of another customer", "Müller & Söhne <GmbH>", "a" * 8)
    found = (leak,) * leaks.MOST
    shown = ReplyFormScene(on, on.opening, people, people, 3, people)
    return replace(shown, text=text, preview=text, leaks=found)


def _managers(agents: HomeScene, day: TodayScene) -> HomeScene:
    """The same with the day above, each section as long as it can be."""
    sections = (
        replace(part, tickets=part.tickets[: home.OVERVIEW[part.name]]) for part in agents.sections
    )
    return replace(agents, today=day, sections=tuple(sections))


def homes(text: str, name: str, many: int) -> list[HomeScene]:
    """An agent's: all, one section on a later page, while away; a customer's and a colleague's."""
    one, count = scene(text, name), min(many, 20)
    parts = tuple(
        HomeSection(section, (one,) * count, many, 7 if many > count else 0)
        for section in ("mine", "free", "waiting", "snoozed")
    )
    choices = (("all", "All tickets"), *((f"a{n}", name) for n in range(min(many, 99))))
    agents = HomeScene(ANA, NOON, True, True, parts, filters=choices, only="all")
    alone = (HomeSection("waiting", (one,) * min(many, 40), many, 7), *parts[:2])
    return [
        agents,
        HomeScene(CARLA, NOON),
        HomeScene(ANA, NOON, is_staff=True),
        replace(agents, sections=alone, shown="waiting", is_paged=True, only="a1"),
        replace(agents, absence=Absence(NOON, NOON + HOUR)),
        replace(agents, is_away_by_status=True),
        *(_managers(agents, briefings.day(one, name, many, half=half)) for half in (0, 1)),
    ]
