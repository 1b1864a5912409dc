"""What people have to mend keeps posts waiting, is told once, and is over by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.console import lines
from bot.errors import SendFailed
from bot.slack.families import CODES, Family
from bot.slack.gateway import NotSent, Paused, RateLimited, Unsure
from bot.usecases import desk as desk_books
from bot.usecases import handle
from bot.usecases import trouble as usecase
from bot.usecases.inputs import ChannelChanged, MemberMoved, Uninstalled
from bot.usecases.work import Work, tenant
from bot.workers import checking
from storage import channels, outbox, trouble
from storage.records.boxes import Delivery, PostState
from storage.records.trouble import INSTALLATION, Trouble, of_channel
from storage.unit import Unit
from tests.storage.cast import ACME, NOON, OURS
from tests.workers.office import CUSTOMERS, SECOND, TEAM, Office
from tests.workers.slack import Fate

POST, MARK, INFO = "chat.postMessage", "reactions.add", "conversations.info"
MINUTE = 60 * SECOND
OUT, STOPPED = Fate(Paused("not_in_channel")), Fate(Paused("token_revoked"))
THERE = {"id": "C-ACME", "name": "acme", "is_member": True, "is_ext_shared": True}


async def troubles(office: Office) -> list[Trouble]:
    return await office.desk.read(OURS, trouble.opened)


async def put_out(office: Office, fate: Fate = OUT) -> None:
    """A receipt meets the trouble; triage is told of it, as far as that can be."""
    await office.put("receipt")
    office.slack.will(POST, fate)
    await office.work()
    await office.work(TEAM)


def told(office: Office) -> list[str]:
    """What stands in triage."""
    return [each["text"] for each in office.slack.messages if each["channel"] == "C-TRIAGE"]


def shown(office: Office) -> str:
    """What the note says after its last update."""
    (update,) = office.slack.made("chat.update")
    return str(update["text"])


@pytest.mark.parametrize("code", sorted(CODES[Family.CHANNEL]))
async def test_the_team_is_told_why_a_channels_posts_wait_and_how_to_mend_it(
    office: Office, code: str
) -> None:
    await put_out(office, Fate(Paused(code)))
    (note,) = told(office)
    assert "#acme" in note or "a channel" in note
    assert len(note.split(". ")) >= 2
    place = of_channel(ACME)
    assert await office.desk.read(OURS, lambda unit: outbox.is_kept(unit, place))


async def test_it_is_told_once_however_many_posts_meet_it(office: Office) -> None:
    await put_out(office)
    for _ in range(3):
        await office.put("solved")
        office.slack.will(POST, OUT)
        await office.wait(700)
        await office.work()
        await office.work(TEAM)
    assert len(told(office)) == 1
    assert len(await troubles(office)) == 1


async def test_other_channels_go_on(office: Office) -> None:
    await put_out(office)
    card = await office.put("card")
    await office.work(TEAM)
    assert (await office.look(card)).state is PostState.SHOWN


async def test_a_post_that_slack_takes_ends_the_trouble_and_the_note_says_so(
    office: Office,
) -> None:
    await put_out(office)
    await office.wait(60)
    await office.work()
    assert await troubles(office) == []
    await office.work(TEAM)
    assert len(told(office)) == 1
    assert "Mended" in shown(office)


async def test_invited_again_the_bot_does_not_wait_for_its_next_try(office: Office) -> None:
    await put_out(office)
    office.slack.channels["C-ACME"] = THERE
    await _happens(office, MemberMoved("C-ACME", "U-BOT", office.clock.now(), "1.1"))
    await office.mender.look()
    await office.work()
    assert await troubles(office) == []
    assert any(each["channel"] == "C-ACME" for each in office.slack.messages)


async def test_unarchived_a_channel_is_written_to_again(office: Office) -> None:
    await put_out(office, Fate(Paused("is_archived")))
    office.slack.channels["C-ACME"] = THERE
    changed = ChannelChanged("C-ACME", "channel_unarchive", office.clock.now(), "1.1")
    await _happens(office, changed)
    await office.mender.look()
    await office.work()
    assert await troubles(office) == []


async def _happens(office: Office, item: MemberMoved | ChannelChanged | Uninstalled) -> None:
    def step(unit: Unit) -> None:
        handle.handle(Work(unit, tenant(unit), 0, item.at), item)

    await office.desk.write(OURS, step)


@pytest.mark.parametrize(
    "item",
    [
        MemberMoved("C-TRIAGE", "U-BOT", joined=True, at=NOON, event_ts="1.1"),
        ChannelChanged("C-TRIAGE", "channel_shared", NOON, "1.1"),
    ],
)
async def test_what_becomes_of_triage_itself_is_heard_at_once(
    office: Office, item: MemberMoved | ChannelChanged
) -> None:
    """It is asked about afterwards; nothing that is to be announced there waits for that."""
    await _happens(office, item)
    triage = await office.desk.read(OURS, lambda unit: channels.by_slack(unit, "C-TRIAGE"))
    assert triage is not None
    assert triage.fetched_at is None


async def test_a_channel_that_is_no_better_stays_in_trouble_and_is_looked_at_ever_more_seldom(
    office: Office,
) -> None:
    await put_out(office)
    office.slack.channels["C-ACME"] = THERE | {"is_member": False}
    for _ in range(120):
        await office.wait(60)
        await office.mender.look()
    assert len(await troubles(office)) == 1
    assert 10 <= len(office.slack.made(INFO)) <= 30


async def test_where_slack_does_not_tell_the_next_post_does(office: Office) -> None:
    await put_out(office, Fate(Paused("restricted_action_read_only_channel")))
    office.slack.channels["C-ACME"] = THERE
    await office.wait(60)
    await office.mender.look()
    assert len(await troubles(office)) == 1
    await office.work()
    assert await troubles(office) == []


async def test_when_nothing_waits_any_more_nothing_is_wrong(office: Office) -> None:
    await put_out(office, Fate(Paused("restricted_action")))
    await office.desk.write(OURS, lambda unit: outbox.end(unit.connection, [_dropped(unit)]))
    office.slack.channels["C-ACME"] = THERE
    await office.wait(60)
    await office.mender.look()
    assert await troubles(office) == []


async def test_where_nothing_waits_any_more_the_team_hears_of_the_end_all_the_same(
    office: Office,
) -> None:
    await put_out(office)
    await office.desk.write(OURS, lambda unit: outbox.end(unit.connection, [_dropped(unit)]))
    office.slack.channels["C-ACME"] = THERE | {"is_member": False}
    await office.wait(60)
    await office.mender.look()
    assert len(await troubles(office)) == 1
    office.slack.channels["C-ACME"] = THERE
    await office.wait(60)
    await office.mender.look()
    await office.work(TEAM)
    assert await troubles(office) == []
    assert "Mended" in shown(office)


def _dropped(unit: Unit) -> outbox.Sent:
    ((post,),) = outbox.of_lanes(unit, {CUSTOMERS: 9}, now=NOON + 9 * MINUTE)
    return outbox.Sent(OURS, post.id, PostState.DROPPED, 1, "", post.due_at)


async def test_trouble_that_passed_before_it_could_be_told_is_not_told(office: Office) -> None:
    await office.put("receipt")
    office.slack.will(POST, OUT)
    await office.work()
    await office.wait(60)
    await office.work()
    await office.work(TEAM)
    assert told(office) == []


async def test_another_reason_for_the_same_channel_changes_the_note(office: Office) -> None:
    await put_out(office)
    office.slack.will(POST, Fate(Paused("is_archived")))
    await office.wait(60)
    await office.work()
    await office.work(TEAM)
    assert len(told(office)) == 1
    assert "archived" in shown(office)


async def test_when_triage_itself_is_out_of_reach_each_agent_is_told_privately_once(
    office: Office,
) -> None:
    await office.put("card")
    office.slack.will(POST, OUT)
    await office.work(TEAM)
    for lane in ("person:U-ANA", "person:U-BEN", TEAM):
        await office.work(lane)
    to_them = [each["channel"] for each in office.slack.messages]
    assert sorted(to_them) == ["U-ANA", "U-BEN"]
    await office.wait(60)
    await office.work(TEAM)
    assert sum("Mended" in each for each in told(office)) == 1


@pytest.mark.parametrize("code", sorted(CODES[Family.INSTALLATION]))
async def test_a_refused_token_is_logged_once_with_what_to_do(office: Office, code: str) -> None:
    with capture_logs() as lines:
        for _ in range(2):
            await put_out(office, Fate(Paused(code)))
            await office.wait(700)
    errors = [line for line in lines if line["log_level"] == "error"]
    assert [line["code"] for line in errors] == [code]
    assert errors[0]["mend"]
    assert told(office) == []


async def test_a_new_token_lets_all_posts_go_at_once_and_triage_hears_how_long_it_was(
    office: Office,
) -> None:
    await put_out(office, STOPPED)
    card = await office.put("card")
    office.slack.will(POST, STOPPED)
    await office.work(TEAM)
    await office.wait(60)
    office.slack.will("auth.test", STOPPED)
    await office.mender.look()
    assert len(await troubles(office)) == 1
    await office.wait(60)
    await office.mender.look()
    for lane in (CUSTOMERS, TEAM):
        await office.work(lane)
    assert await troubles(office) == []
    assert (await office.look(card)).state is PostState.SHOWN
    assert sum("Mended" in each for each in told(office)) == 1


async def test_slack_out_of_reach_says_nothing_about_the_token(office: Office) -> None:
    await put_out(office, STOPPED)
    for error in (NotSent("no connection"), Unsure("internal_error")):
        await office.wait(600)
        office.slack.will("auth.test", Fate(error))
        await office.mender.look()
    assert len(await troubles(office)) == 1


async def refuse_for_two_hours(office: Office, fate: Fate, lane: str = CUSTOMERS) -> None:
    """Slack answers well whatever it is asked, and goes on refusing to post."""
    office.slack.channels["C-ACME"] = THERE
    for _ in range(120):
        await office.wait(60)
        await office.mender.look()
        tried = len(office.slack.made(POST))
        office.slack.will(POST, fate)
        await office.work(lane)
        if len(office.slack.made(POST)) == tried:
            office.slack.fates[POST].clear()
        await office.work(TEAM if lane == CUSTOMERS else CUSTOMERS)


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived"])
async def test_a_channel_that_only_looks_well_stays_in_trouble_told_once(
    office: Office, code: str
) -> None:
    await put_out(office, Fate(Paused(code)))
    (began,) = await troubles(office)
    with capture_logs() as lines:
        await refuse_for_two_hours(office, Fate(Paused(code)))
    assert [each.id for each in await troubles(office)] == [began.id]
    assert len(told(office)) == 1
    assert office.slack.made("chat.update") == []
    assert {line["event"] for line in lines} == {"outbox: paused"}


@pytest.mark.parametrize("code", ["team_access_not_granted", "accesslimited"])
async def test_a_token_that_is_accepted_and_may_not_post_stays_in_trouble(
    office: Office, code: str
) -> None:
    await put_out(office, Fate(Paused(code)))
    (began,) = await troubles(office)
    await refuse_for_two_hours(office, Fate(Paused(code)))
    assert [each.id for each in await troubles(office)] == [began.id]
    assert told(office) == []


async def test_a_post_that_is_being_sent_just_now_has_proved_nothing_yet(office: Office) -> None:
    receipt = await office.put("receipt")
    office.slack.will(POST, STOPPED)
    await office.work()
    await office.wait(60)
    await office.die_while_sending(await office.look(receipt))
    await office.mender.look()
    assert len(await troubles(office)) == 1


async def test_a_picture_that_changes_while_it_is_kept_back_has_proved_nothing(
    office: Office,
) -> None:
    await put_out(office)
    office.slack.channels["C-ACME"] = THERE
    await office.put("receipt")
    await office.wait(60)
    await office.mender.look()
    assert len(await troubles(office)) == 1


async def test_what_slack_limits_or_loses_in_between_has_proved_nothing(office: Office) -> None:
    await put_out(office)
    office.slack.channels["C-ACME"] = THERE
    office.slack.will(POST, Fate(RateLimited(POST, 300)))
    await office.wait(60)
    await office.work()
    await office.mender.look()
    assert len(await troubles(office)) == 1
    await office.wait(300)
    await office.work()
    assert await troubles(office) == []


async def test_a_look_that_is_good_lets_what_waits_be_tried_at_once(office: Office) -> None:
    await put_out(office, STOPPED)
    office.slack.will(POST, STOPPED, STOPPED)
    for _ in range(2):
        await office.wait(120)
        await office.work()
    tried = len(office.slack.made(POST))
    await office.wait(60)
    await office.work()
    assert len(office.slack.made(POST)) == tried
    await office.mender.look()
    await office.work()
    assert await troubles(office) == []


async def test_of_two_methods_without_scopes_one_is_mended(office: Office) -> None:
    lacks = Fate(SendFailed("missing_scope", permanent=True))
    await office.put("receipt-mark", delivery=Delivery.IDEMPOTENT)
    await office.put("receipt")
    office.slack.will(MARK, lacks)
    office.slack.will(POST, lacks)
    await office.work()
    assert len(await troubles(office)) == 2
    await office.wait(60)
    office.slack.will(POST, lacks)
    await office.work()
    (left,) = await troubles(office)
    assert left.method == POST


async def test_what_comes_back_at_once_is_the_same_trouble_and_tells_it_in_the_same_note(
    office: Office,
) -> None:
    await put_out(office)
    (began,) = await troubles(office)
    await office.wait(60)
    await office.work()
    await office.work(TEAM)
    assert await troubles(office) == []
    await office.put("receipt")
    await office.wait(60)
    with capture_logs() as lines:
        office.slack.will("chat.update", OUT)
        await office.work()
    await office.work(TEAM)
    assert [each.id for each in await troubles(office)] == [began.id]
    assert "slack: in trouble" not in [line["event"] for line in lines]
    assert len(told(office)) == 1
    assert "Mended" not in office.slack.made("chat.update")[-1]["text"]


async def test_what_comes_back_much_later_is_told_anew(office: Office) -> None:
    await put_out(office)
    await office.wait(60)
    await office.work()
    await office.work(TEAM)
    await office.put("receipt")
    await office.wait(3600)
    office.slack.will("chat.update", OUT)
    await office.work()
    await office.work(TEAM)
    assert len(told(office)) == 2


async def test_a_token_that_is_accepted_is_not_believed_while_questions_are_refused(
    office: Office,
) -> None:
    for _ in range(20):
        await _refused(office, "accesslimited")
        await office.wait(60)
        await office.mender.look()
        assert len(await troubles(office)) == 1
    await office.wait(60)
    await office.mender.look()
    assert await troubles(office) == []


async def _refused(office: Office, code: str) -> None:
    """Slack does not say who somebody is."""
    now = office.clock.now()
    await office.desk.write(OURS, lambda unit: usecase.met(unit, INSTALLATION, code, now))


async def test_a_start_with_an_accepted_token_tries_what_waits_and_ends_nothing_by_itself(
    office: Office,
) -> None:
    await put_out(office, STOPPED)
    now = office.clock.now()
    await office.desk.write(OURS, lambda unit: usecase.installed(unit, now))
    assert len(await troubles(office)) == 1
    await office.work()
    assert await troubles(office) == []


async def test_the_apps_removal_is_a_trouble_of_the_installation(office: Office) -> None:
    await _happens(office, Uninstalled("app_uninstalled", office.clock.now(), "1.1"))
    (found,) = await troubles(office)
    assert (found.place, found.code) == (INSTALLATION, "app_uninstalled")


async def test_a_mark_that_lacks_a_scope_waits_alone(office: Office) -> None:
    mark = await office.put("receipt-mark", delivery=Delivery.IDEMPOTENT)
    receipt = await office.put("receipt")
    office.slack.will(MARK, Fate(SendFailed("missing_scope", permanent=True)))
    await office.work()
    await office.work(TEAM)
    assert (await office.look(receipt)).state is PostState.SHOWN
    assert (await office.look(mark)).state is PostState.WAITING
    (note,) = told(office)
    assert "reactions.add" in note
    await office.wait(60)
    await office.work()
    assert (await office.look(mark)).state is PostState.SHOWN
    assert await troubles(office) == []


async def test_words_that_lack_a_scope_hold_their_lane_and_nobody_can_be_told_in_slack(
    office: Office,
) -> None:
    await put_out(office, Fate(SendFailed("missing_scope", permanent=True)))
    (found,) = await troubles(office)
    assert found.method == POST
    assert told(office) == []


async def test_an_answer_given_where_the_bot_is_not_is_no_trouble(office: Office) -> None:
    whisper = await office.whisper()
    office.slack.will("chat.postEphemeral", Fate(Paused("channel_not_found")))
    await office.work("person:U-ANA")
    assert (await office.look(whisper)).state is PostState.DROPPED
    assert await troubles(office) == []


async def test_what_cannot_be_looked_for_tells_of_the_trouble_too(office: Office) -> None:
    await office.put("receipt")
    office.slack.will(POST, Fate(Unsure("lost"), landed=True))
    office.slack.will("conversations.replies", OUT)
    await office.work()
    await office.wait(2)
    await office.work()
    (found,) = await troubles(office)
    assert found.code == "not_in_channel"


async def test_of_two_processes_one_looks(office: Office) -> None:
    await put_out(office)
    (found,) = await troubles(office)
    later = found.look_at + MINUTE

    def claim(unit: Unit) -> bool:
        return trouble.put_off(unit, found, later)

    assert [await office.desk.write(OURS, claim) for _ in range(2)] == [True, False]


async def test_of_two_processes_one_tells_that_it_is_over(office: Office) -> None:
    await put_out(office)
    (found,) = await troubles(office)

    def end(unit: Unit) -> bool:
        return trouble.end(unit, replace(found), office.clock.now())

    assert [await office.desk.write(OURS, end) for _ in range(2)] == [True, False]


async def test_check_tells_what_is_not_mended_yet(office: Office, database_url: str) -> None:
    await put_out(office)
    (found,) = checking.troubles(database_url)
    assert not found.is_ok
    assert "/invite" in found.words


async def test_the_desks_health_tells_it_too(office: Office) -> None:
    await put_out(office)
    scene = await office.desk.read(OURS, lambda unit: desk_books.scene(unit, office.clock.now()))
    (told,) = scene.troubles
    assert (told.waiting, told.remedy.wrong) == (1, "I am no longer in #acme.")
    assert any(line.startswith("MEND: I am no longer in #acme.") for line in lines.health(scene))
