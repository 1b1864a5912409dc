"""Tells Slack one thing, and what its answer, or its silence, means for what is told next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from jinja2 import TemplateError

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import SendFailed
from bot.slack.families import MENDED_BY_PEOPLE, MOST_GUESSES, Family, family_of
from bot.slack.gateway import Gateway, NotSent, Paused, RateLimited, Unsure
from bot.slack.kit import Misplaced
from bot.slack.limits import TooMuch
from bot.slack.render import Renderer
from bot.usecases.tell import BAD_BLOCKS, Outgoing
from bot.workers.oddity import Oddities
from bot.workers.pace import backoff, jitter
from bot.workers.paging import PAGER, UNSET, NotHeard, Pager
from bot.workers.sending import HISTORY, PAUSE, POSTING, SETTLE, UPDATING
from storage import gates
from storage.outbox import Sent
from storage.records.boxes import Delivery, Post, PostState
from storage.records.trouble import INSTALLATION, of_channel, of_method

log = structlog.get_logger()

# Slack's words for: the thread is not there, so nothing of ours can be in it.
NO_THREAD = frozenset({"thread_not_found", "message_not_found"})
WINDOW = timedelta(minutes=5)
LOOK_AGAIN, LOOK_LATEST = timedelta(seconds=5), timedelta(seconds=60)
SAYING = frozenset({POSTING, UPDATING})
MOST_PAUSES = 10
NO_MESSAGE = "message_not_found"
_CODE = re.compile(r"[a-z0-9_]+")


@dataclass(eq=False)
class Sender:
    """Knows how each call ends; what becomes of its row then is in what it returns.

    What Slack limits is limited for all lanes at once, and in the database for all processes.
    """

    desk: Desk
    clock: Clock
    renderer: Renderer
    pager: Pager | None = None
    _oddities: Oddities = field(default_factory=Oddities)
    _limited: dict[tuple[int, str], datetime] = field(default_factory=dict)

    async def settle(
        self, way: Gateway, unsure: Sequence[Outgoing]
    ) -> tuple[list[Sent], list[Post]]:
        """Nobody knows whether these landed: look, before anything is sent again (FACTS 8)."""
        places: dict[tuple[str, str], list[Post]] = {}
        for each in unsure:
            place = (each.arguments["channel"], each.arguments.get("thread_ts", ""))
            places.setdefault(place, []).append(each.post)
        results: list[Sent] = []
        for (channel, thread_ts), posts in places.items():
            results += await self._look_for(way, channel, thread_ts, posts)
        return results, [each.post for each in unsure]

    async def _look_for(
        self, way: Gateway, channel: str, thread_ts: str, posts: Sequence[Post]
    ) -> list[Sent]:
        since = min(post.tried_at or post.due_at for post in posts) - WINDOW
        try:
            landed = await way.find(
                channel,
                frozenset(post.nonce for post in posts),
                thread_ts=thread_ts,
                oldest=f"{since.timestamp():.6f}",
            )
        except SendFailed as failed:
            if failed.code not in NO_THREAD:
                return self._unseen(posts, failed, PAUSE, _place(posts[0], failed.code, HISTORY))
            landed = []
        except Paused as paused:
            return self._unseen(posts, paused, PAUSE, _place(posts[0], str(paused), HISTORY))
        except RateLimited as limited:
            await self._block(posts[0].workspace_id, limited)
            return self._unseen(posts, limited, timedelta(seconds=limited.retry_after))
        except (NotSent, Unsure) as error:
            return self._unseen(posts, error, self._longer(posts))
        there = {each.nonce: each.ts for each in landed}
        return [self._landed(post, there.get(post.nonce, "")) for post in posts]

    def _longer(self, posts: Sequence[Post]) -> timedelta:
        """Until the next look: about as long as they have waited since they were tried."""
        tried = min(post.tried_at or post.due_at for post in posts)
        return min(max(LOOK_AGAIN, self.clock.now() - tried), LOOK_LATEST) * jitter()

    def _unseen(
        self, posts: Sequence[Post], error: Exception, wait: timedelta, place: str = ""
    ) -> list[Sent]:
        """Slack does not let us look, and what is not looked up must not be sent again."""
        for post in posts:
            log.warning("outbox: cannot look whether it landed", **_row(post), error=repr(error))
        until = self.clock.now() + wait
        told = [self._sent(p, PostState.SENDING, due_at=until, error=str(error)) for p in posts]
        return [replace(each, place=place) for each in told]

    def _landed(self, post: Post, ts: str) -> Sent:
        """A picture that was found shows its first generation; what was not is sent again."""
        if ts:
            return self._sent(post, PostState.SHOWN, ts=ts, shown=1)
        if self._oddities.is_hopeless(post):  # and is not there: now it is safe to say so
            return self._given_up(post, post.error)
        return self._sent(post, PostState.WAITING, due_at=self.clock.now())

    async def send(  # noqa: PLR0911 - a call ends in that many ways, and each has its line
        self, way: Gateway, outgoing: Outgoing
    ) -> Sent:
        post = outgoing.post
        try:
            ts = await self._tell(way, outgoing)
        except RateLimited as limited:
            until = await self._block(post.workspace_id, limited)
            told = self._sent(post, PostState.WAITING, due_at=until, error=str(limited))
            # The first one does, for what waits after no try at all may be overtaken.
            return replace(told, is_spared=post.tries > 0)
        except NotSent as error:
            return self._again(post, str(error))
        except NotHeard as error:
            return self._unheard(post, str(error))
        except Unsure as error:
            return self._unsure(outgoing, str(error))
        except Paused as paused:
            return self._paused(outgoing, str(paused))
        except SendFailed as failed:
            return self._refused(outgoing, failed.code)
        except (TemplateError, TooMuch, Misplaced, ValueError) as error:
            log.exception("outbox: a template failed", **_row(post))
            return self._sent(post, PostState.FAILED, error=f"template: {error}"[:300])
        self._oddities.went(post, outgoing.method, self.clock.now())
        return self._sent(post, PostState.SHOWN, ts=ts, shown=post.wanted)

    async def _tell(self, way: Gateway, outgoing: Outgoing) -> str:
        """Render and send; the ts of what is shown now, ``""`` where there is none."""
        post, arguments = outgoing.post, dict(outgoing.arguments)
        if outgoing.method == PAGER:
            await self._page(outgoing)
            return ""
        if outgoing.method == "response_url":
            words = self.renderer.message(outgoing.template, **outgoing.fields).text
            await way.respond(arguments["url"], words)
            return ""
        if outgoing.method == "views.publish":
            arguments["view"] = self.renderer.home(outgoing.template, **outgoing.fields)
        elif outgoing.template:
            text, blocks = self.renderer.message(outgoing.template, **outgoing.fields)
            arguments |= {"text": text, "blocks": blocks}
        if outgoing.method == "chat.postMessage":
            return await way.post(arguments, post.nonce)
        if outgoing.method == "chat.update":
            await way.update(arguments)
        else:
            await way.call(outgoing.method, arguments)
        return post.ts

    async def _page(self, outgoing: Outgoing) -> None:
        if self.pager is None:
            raise NotHeard(UNSET)
        await self.pager.page(outgoing.post.nonce, outgoing.fields)

    def _unheard(self, post: Post, code: str) -> Sent:
        """The same page again, later and later, and the team hears that nobody is called."""
        return replace(self._again(post, code), place=of_method(PAGER))

    async def _block(self, workspace_id: int, limited: RateLimited) -> datetime:
        """Slack's Retry-After holds for the method, in all processes and after a restart."""
        until = self.clock.now() + timedelta(seconds=limited.retry_after)
        gate = f"method:{limited.method}"
        self._limited[workspace_id, limited.method] = until
        await self.desk.write(workspace_id, lambda unit: gates.block(unit, gate, until))
        return until

    def is_limited(self, outgoing: Outgoing) -> bool:
        """Since it was claimed, another lane may have been told to wait, which holds for all."""
        until = self._limited.get((outgoing.post.workspace_id, outgoing.method))
        return until is not None and until > self.clock.now()

    def _again(self, post: Post, error: str) -> Sent:
        """It surely is not there: try again, later and later."""
        until = self.clock.now() + backoff(post.tries)
        return self._sent(post, PostState.WAITING, due_at=until, error=error)

    def _unsure(self, outgoing: Outgoing, error: str) -> Sent:
        post, now = outgoing.post, self.clock.now()
        if post.delivery is Delivery.ONCE:
            return self._sent(post, PostState.DROPPED, error=error)
        odd = self._oddities.failed(post, outgoing.method, now)
        if post.delivery is not Delivery.IDEMPOTENT and not post.ts:
            until = now + max(SETTLE, backoff(post.tries))
            return self._sent(post, PostState.SENDING, due_at=until, error=error)
        if odd.is_hopeless:
            return self._given_up(post, error)
        if not odd.stands_aside:
            return self._again(post, error)
        # It changes what is there already: whoever waits behind it is told the truth without it.
        log.warning("outbox: stands aside", **_row(post), error=error)
        until = now + PAUSE * min(odd.times, MOST_PAUSES)
        aside = self._sent(post, PostState.WAITING, due_at=until, error=error)
        return replace(aside, stands_aside=True)

    def _paused(self, outgoing: Outgoing, code: str) -> Sent:
        """Something is out of reach, and somebody has to mend that first: ever longer tries."""
        post, place = outgoing.post, _place(outgoing.post, code, outgoing.method)
        if post.delivery is Delivery.ONCE:
            return replace(self._sent(post, PostState.DROPPED, error=code), place=place)
        log.warning("outbox: paused", **_row(post), code=code)
        until = self.clock.now() + PAUSE * min(post.tries + 1, MOST_PAUSES)
        paused = self._sent(post, PostState.WAITING, due_at=until, error=code)
        # What marks, deletes or draws a home may come late; what is said has its order.
        aside = family_of(code) is Family.METHOD and outgoing.method not in SAYING
        return replace(paused, place=place, stands_aside=aside)

    def _refused(self, outgoing: Outgoing, code: str) -> Sent:
        post, family = outgoing.post, family_of(code)
        if family in MENDED_BY_PEOPLE:
            return self._paused(outgoing, code)
        if code == BAD_BLOCKS and post.kind == "digest" and post.error != BAD_BLOCKS:
            # Slack does not show its picture (yet): it goes without.
            return self._sent(post, PostState.WAITING, due_at=self.clock.now(), error=code)
        if family is Family.DONE or (code == NO_MESSAGE and post.kind == "withdrawal"):
            return self._sent(post, PostState.SHOWN, shown=post.wanted)
        if code == NO_MESSAGE and post.kind == "card":
            # Somebody deleted our card: the team needs one, so it is posted anew.
            return replace(self._sent(post, PostState.WAITING, due_at=self.clock.now()), ts="")
        if family is Family.UNKNOWN and _may_pass(post, code):
            return self._again(post, code)
        return self._given_up(post, code)

    def _given_up(self, post: Post, code: str) -> Sent:
        if family_of(code) is Family.GONE and post.kind != "reply":
            # What we would answer or change was deleted: nobody is left to read it.
            return self._sent(post, PostState.DROPPED, error=code)
        log.warning("outbox: given up", **_row(post), code=code)
        return self._sent(post, PostState.FAILED, error=code)

    def _sent(
        self,
        post: Post,
        state: PostState,
        *,
        ts: str = "",
        shown: int | None = None,
        due_at: datetime | None = None,
        error: str = "",
    ) -> Sent:
        is_given_up = state in (PostState.DROPPED, PostState.FAILED)
        if is_given_up or state is PostState.SHOWN:
            self._oddities.ended(post)
        generation = post.wanted if is_given_up else post.shown if shown is None else shown
        return Sent(
            post.workspace_id,
            post.id,
            state,
            generation,
            ts or post.ts,
            due_at or post.due_at,
            error,
        )


def _place(post: Post, code: str, method: str) -> str:
    """What has to be mended before the post can be sent, ``""`` when that concerns it alone."""
    family = family_of(code)
    if family is Family.INSTALLATION:
        return INSTALLATION
    if family is Family.METHOD:
        return of_method(method)
    if family is Family.CHANNEL and post.channel_id is not None:
        return of_channel(post.channel_id)
    return ""


def _may_pass(post: Post, code: str) -> bool:
    """What nobody knows may be a trouble of Slack's own: a few tries lose nothing but a minute.

    Words that take turns are one trouble. What was tried for other reasons before has two guesses.
    """
    is_second = post.error == code or _is_guess(post.error)
    is_new = not is_second or post.tries + 1 < MOST_GUESSES
    return is_new and post.delivery is not Delivery.ONCE


def _is_guess(error: str) -> bool:
    return bool(_CODE.fullmatch(error)) and family_of(error) is Family.UNKNOWN


def _row(post: Post) -> dict[str, Any]:
    """By which fields a line of the log tells whose row it is about."""
    return {
        "workspace": post.workspace_id,
        "ticket": post.ticket_id,
        "outbox": post.id,
        "kind": post.kind,
    }
