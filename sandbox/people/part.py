"""What every group of acts stands on: the world as a person sees it, and the way to the app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox import deeds
from sandbox.delivery import Delivery, Outcome, ResponseUrls
from sandbox.people.refusals import AppFailed, NotAllowed
from sandbox.people.senses import Senses
from sandbox.refused import Refused
from sandbox.world import Channel, User, World


class Part:
    """Acts of people. All raise ``NotAllowed`` for what Slack's client would not let them do."""

    def __init__(self, world: World, delivery: Delivery, responses: ResponseUrls) -> None:
        self.world = world
        self.senses = Senses(world)
        self._delivery = delivery
        self._responses = responses

    def _person(self, who: str) -> User:
        """Somebody who can act: no bot, not deactivated."""
        user = self.senses.user(who)
        if user.is_bot or user.deleted:
            raise NotAllowed("not_a_person", f"{user.name} is no person who could do that.")
        return user

    def _conversation(self, user: User, where: str) -> Channel:
        """A conversation they are in; "@ana" is the DM with her, opened when need be."""
        if not where.startswith("@"):
            return self.senses.place(user, where)
        other = self.senses.user(where)
        channel, _ = deeds.open_conversation(self.world, [user.id, other.id])
        return channel

    def _must_answer(self, outcome: Outcome, *, silent: str) -> Outcome:
        """The outcome of an ack; else what Slack shows: ``silent`` with its blanks filled."""
        if outcome.is_acked:
            return outcome
        error = _SHOWN.get(outcome.reason, "dispatch_failed")
        if outcome.status:
            error = "http_service_error" if outcome.status >= 500 else "http_client_error"
        raise AppFailed(error, silent.format(app=self.senses.app_name, error=error))


SILENT = "{app} did not respond ({error})."
_SHOWN = {"http_timeout": "operation_timeout", "timeout": "operation_timeout"}


@contextmanager
def slack_permitting() -> Iterator[None]:
    """Turn Slack's error codes into the refusal a person meets."""
    try:
        yield
    except Refused as refused:
        hint = f"Slack says {refused.code.replace('_', ' ')}."
        raise NotAllowed(refused.code, hint) from refused
