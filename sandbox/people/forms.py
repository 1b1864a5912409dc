"""What people do with modals and the App Home: fill in, submit, close, open."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox import deeds, shapes
from sandbox.delivery import Outcome
from sandbox.delivery.given import view_of
from sandbox.people import elements, payloads
from sandbox.people.elements import Chosen
from sandbox.people.presses import Presses, fill_in
from sandbox.people.refusals import AppFailed, NotAllowed
from sandbox.people.validation import mistakes
from sandbox.refused import Refused
from sandbox.world import Json, User, View

TROUBLE = "We had some trouble connecting. Try again?"

Filled = dict[str, dict[str, Chosen] | Chosen]


@dataclass(frozen=True)
class Submitted:
    """What a submission led to: ``errors`` by block_id, or the ``view`` now in front, if any."""

    view: View | None
    errors: dict[str, str] = field(default_factory=dict)


class Forms(Presses):
    """Modals and the App Home."""

    def fill(self, user: str, view_id: str, values: Filled) -> None:
        """Type and choose without submitting. ``values``: block_id to what is chosen, or to
        {action_id: what is chosen} where a block has several elements."""
        view = self.senses.view(self._person(user), view_id)
        blocks = view.view.get("blocks", [])
        fill_in(view.values, blocks)
        for block_id, given in values.items():
            self._fill_block(view, blocks, block_id, given)

    def _fill_block(
        self, view: View, blocks: list[Json], block_id: str, given: dict[str, Chosen] | Chosen
    ) -> None:
        there = [p for p in elements.places(blocks) if p.block_id == block_id]
        if not there:
            known = ", ".join(p.block_id for p in elements.places(blocks)) or "none"
            raise NotAllowed("no_such_block", f"There is no {block_id!r} here, only: {known}.")
        by_action = {place.action_id: place for place in there}
        if not (isinstance(given, dict) and set(given) <= set(by_action)):
            given = {there[0].action_id: given}
        for action_id, chosen in given.items():
            place = by_action[action_id]
            whole = self._whole_options(self.world.users[view.user], view.id, place, chosen)
            view.values[block_id][action_id] = elements.value_of(place.element, whole)

    async def submit(self, user: str, view_id: str, values: Filled | None = None) -> Submitted:
        """Fill in and press submit. Mistakes that Slack's client sees never reach the app.

        Raises ``AppFailed`` when the app does not ack in time or answers what Slack cannot use; the
        view then stays open with what was typed.
        """
        person = self._person(user)
        self.fill(user, view_id, values or {})
        view = self.senses.view(person, view_id)
        if view.type != "modal" or view.view.get("submit") is None:
            raise NotAllowed("no_submit", "This view has nothing to submit.")
        wrong = mistakes(view.view["blocks"], view.values)
        if wrong:
            return self._refuse(view, wrong)
        outcome = await self._delivery.ask("interactive", self._submission(person, view))
        answer = self._must_answer(outcome, silent=TROUBLE).answer
        return await self._react(person, view, answer)

    def _submission(self, person: User, view: View) -> Json:
        payload = self._view_payload(person, view, kind="view_submission")
        payload["trigger_id"] = self.world.triggers.mint(person.id, view_id=view.id)
        payload["response_urls"] = self._response_urls(person, view)
        return payload

    def _view_payload(self, person: User, view: View, *, kind: str) -> Json:
        """Outsiders' ``team`` and ``view.team_id`` are their own company's (slack/FACTS.md §5)."""
        app, team = self.senses.app, self.world.teams[person.team_id]
        payload = payloads.about(self.world, app, person, kind=kind, team=team)
        values = {
            place.block_id: view.values[place.block_id]
            for place in elements.places(view.view["blocks"])
            if place.block_id in view.values
        }
        return payload | {"view": payloads.seen(app, view, values)}

    def _response_urls(self, person: User, view: View) -> list[Json]:
        """One for each conversation chosen in an element with response_url_enabled."""
        urls = []
        for place in elements.places(view.view["blocks"]):
            value = view.values.get(place.block_id, {}).get(place.action_id, {})
            chosen = value.get("selected_conversation") or value.get("selected_channel")
            if place.element.get("response_url_enabled") and chosen:
                url = self._responses.mint(self.senses.channel(chosen), person)
                ids = {"block_id": place.block_id, "action_id": place.action_id}
                urls.append(ids | {"channel_id": chosen, "response_url": url})
        return urls

    def _refuse(self, view: View, wrong: dict[str, str]) -> Submitted:
        view.errors = wrong
        self.world.touch("view", view=view.id, user=view.user)
        return Submitted(view, wrong)

    async def _react(self, person: User, view: View, answer: Json) -> Submitted:
        """Do what the ack says (docs: modals, response_action)."""
        action = answer.get("response_action")
        if action == "errors":
            return self._refuse(view, _errors(view, answer))
        view.errors = {}
        if action in {"update", "push"}:
            return Submitted(self._show(view, action, answer.get("view")))
        if action == "clear":
            await self._clear(person, view)
            return Submitted(None)
        if action is not None:
            raise AppFailed("invalid_response_action", TROUBLE)
        deeds.close_view(self.world, view)
        return Submitted(self._below(view))

    def _show(self, view: View, action: str, given: object) -> View:
        try:
            checked = view_of(self.world, given)
            if action == "push":
                return deeds.push_view(self.world, self.senses.app, view, checked)
            deeds.replace_view(self.world, view, checked)
        except Refused as refused:
            raise AppFailed(refused.code, TROUBLE) from refused
        return view

    async def close(self, user: str, view_id: str) -> None:
        """Press Cancel: the view under it comes back, unless clear_on_close takes it, too."""
        person = self._person(user)
        view = self.senses.view(person, view_id)
        if view.type != "modal":
            raise NotAllowed("no_close", "An App Home has no close button.")
        if view.view.get("clear_on_close"):
            await self._clear(person, view)
            return
        deeds.close_view(self.world, view)
        await self._tell_of_close(person, view, is_cleared=False)

    async def close_all(self, user: str, view_id: str) -> None:
        """Press the X: the whole stack goes."""
        person = self._person(user)
        await self._clear(person, self.senses.view(person, view_id))

    async def _clear(self, person: User, view: View) -> None:
        """Close the whole stack, the top first."""
        for other in reversed(list(deeds.stack(self.world, view))):
            deeds.close_view(self.world, other)
            await self._tell_of_close(person, other, is_cleared=True)

    async def _tell_of_close(self, person: User, view: View, *, is_cleared: bool) -> Outcome | None:
        """view_closed, for views with notify_on_close; nobody is shown whether the app heard it."""
        if not view.view.get("notify_on_close"):
            return None
        payload = self._view_payload(person, view, kind="view_closed")
        return await self._delivery.ask("interactive", payload | {"is_cleared": is_cleared})

    def _below(self, view: View) -> View | None:
        below = self.world.views.get(view.previous_view_id or "")
        return below if below is not None and below.is_open else None

    def open_home(self, user: str, *, tab: str = "home") -> View | None:
        """Open the app's page (app_home_opened); the Home that is there now, if there is one."""
        person, app = self._person(user), self.senses.app
        channel, _ = deeds.open_conversation(self.world, [person.id, app.bot_user])
        home = self.world.homes.get(person.id)
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": channel.id,
            "tab": tab,
            "event_ts": f"{self.world.clock.time():.6f}",
        }
        if home is not None and tab == "home":
            event["view"] = shapes.view(app, home)
        self.world.emit(event, team=person.team_id)
        return home


def _errors(view: View, answer: Json) -> dict[str, str]:
    """The app's errors; Slack takes them only for input blocks of this view."""
    errors = answer.get("errors")
    inputs = {b.get("block_id") for b in view.view["blocks"] if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise AppFailed("invalid_errors", TROUBLE)
    return {block_id: str(message) for block_id, message in errors.items()}
