"""What one person alone is told: private answers, calls, invitations, the app’s home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot import acts
from bot.usecases import acting, guest, home, look, recovery, trouble
from bot.usecases.notices import BY_KIND
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.tell import posts
from bot.usecases.tell.outgoing import PAGER, Dropped, Outgoing, Teller
from bot.usecases.work import Work
from storage.records.boxes import Post

STALE_PAGE = timedelta(days=1)
STALE_WHISPER = timedelta(minutes=5)


def _whisper(work: Work, post: Post) -> Outgoing | Dropped:
    if post.due_at + STALE_WHISPER < work.at:
        return Dropped(post, "too late to be of use")
    body = post.body
    fields = {"words": body["words"], "returned": acting.returned(work, body["returned_row"])}
    if body["response_url"]:
        return Outgoing(
            post, "response_url", "access/whisper.j2", fields, {"url": body["response_url"]}
        )
    if not body["channel"]:
        to_them = {"channel": body["person"]}
        return Outgoing(post, "chat.postMessage", "access/whisper.j2", fields, to_them)
    arguments = {"channel": body["channel"], "user": body["person"]}
    if body["thread_ts"]:
        arguments["thread_ts"] = body["thread_ts"]
    return Outgoing(post, "chat.postEphemeral", "access/whisper.j2", fields, arguments)


def _completion(work: Work, post: Post) -> Outgoing | Dropped:
    act, body = acts.by_name(post.body["act"]), post.body
    if act is None or post.due_at + STALE_WHISPER < work.at:
        return Dropped(post, "too late to be of use")
    scene = look.scene(work, work.ticket(body["ticket_id"]))
    fields = {"act": act, "scene": scene, "chosen": body["chosen"], "said": body["said"]}
    to_them = {"channel": body["channel"], "user": body["person"], "thread_ts": body["thread_ts"]}
    return Outgoing(post, "chat.postEphemeral", BY_KIND[post.kind].template, fields, to_them)


def _trouble_call(work: Work, post: Post) -> Outgoing | Dropped:
    scene = trouble.by_id(work.unit, post.body["trouble_id"])
    if scene.trouble.ended_at:
        return Dropped(post, "It was mended before it was told.")
    to_them = {"channel": post.body["person"]}
    return Outgoing(post, "chat.postMessage", "trouble/call.j2", {"scene": scene}, to_them)


def _page(work: Work, post: Post) -> Outgoing | Dropped:
    """Nobody is called out of bed for what is settled."""
    scene = look.scene(work, work.ticket(post.body["ticket_id"]))
    if scene.ticket.is_done:
        return Dropped(post, "It was solved meanwhile.")
    return posts.directly(work, post, {"scene": scene, "reason": post.body["reason"]})


def _outside_page(work: Work, post: Post) -> Outgoing | Dropped:
    """Who is called and where to look, none of a customer's words: nobody of ours reads there."""
    body = post.body
    scene = look.scene(work, work.ticket(body["ticket_id"]))
    if scene.ticket.is_done:
        return Dropped(post, "It was solved meanwhile.")
    if datetime.fromisoformat(body["at"]) + STALE_PAGE < work.at:
        return Dropped(post, "The pager has not taken it for a day.", is_failure=True)
    return Outgoing(post, PAGER, fields=_paged(work, scene, body))


def _paged(work: Work, scene: TicketScene, body: dict[str, Any]) -> dict[str, Any]:
    """What docs/operating.md says that a page holds."""
    own, found = work.tenant, [work.person_by_id(key) for key in body["people"]]
    return {
        "type": "page",
        "at": body["at"],
        "workspace": {"id": own.installation.team_id, "name": own.workspace.name},
        "reason": body["reason"],
        "ticket": {"number": scene.ticket.number, "priority": str(scene.ticket.priority)},
        "who": [{"id": each.slack_id, "name": each.name} for each in found if each],
        "link": scene.card_link or scene.link,
    }


def _invitation(work: Work, post: Post) -> Outgoing | Dropped:
    scene = guest.scene(work, post.body["guest_id"])
    if scene.guest.ended_at is not None and not post.ts:
        return Dropped(post, "They were let go before they were asked.")
    return posts.directly(work, post, {"scene": scene})


def _recovery_call(work: Work, post: Post) -> Outgoing | Dropped:
    scene = recovery.scene(work, post.body["recovery_id"])
    if not scene.recovery.is_open:
        return Dropped(post, f"It is {scene.recovery.state} already.")
    return posts.directly(work, post, {"scene": scene, "reason": post.body["reason"]})


def _home(work: Work, post: Post) -> Outgoing:
    scene = home.scene(work, post.body["person_id"])
    return Outgoing(
        post, "views.publish", "home/home.j2", {"scene": scene}, {"user_id": scene.person.slack_id}
    )


TELLERS: Mapping[str, Teller] = MappingProxyType(
    {
        "whisper": _whisper,
        "completion": _completion,
        "trouble-call": _trouble_call,
        "page": _page,
        "outside-page": _outside_page,
        "invitation": _invitation,
        "recovery-call": _recovery_call,
        "home": _home,
    }
)
