"""What people do that the app must answer at once: press, choose in a menu, look for options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.delivery import Delivery, ResponseUrls
from sandbox.people import elements, payloads
from sandbox.people.elements import Chosen, Place
from sandbox.people.part import SILENT, Part
from sandbox.people.refusals import NotAllowed
from sandbox.world import Channel, Ephemeral, Json, Message, User, View, World


@dataclass(frozen=True)
class Spot:
    """Where an element is: on a message (``channel``, ``ts``), an ephemeral, or in a view."""

    channel: str = ""
    ts: str = ""
    ephemeral_id: str = ""
    view_id: str = ""


@dataclass(frozen=True)
class _Surface:
    """A spot looked up: its blocks, and the state of its elements for this person."""

    item: str
    blocks: list[Json]
    values: Json
    payload: Json
    channel: Channel | None = None
    message: Message | None = None
    ephemeral: Ephemeral | None = None
    view: View | None = None


class Presses(Part):
    """Interactions with elements: each waits for the app's ack, 3 s at most."""

    def __init__(self, world: World, delivery: Delivery, responses: ResponseUrls) -> None:
        super().__init__(world, delivery, responses)
        self._chosen: dict[tuple[str, str], Json] = {}
        self._offered: dict[tuple[str, str, str], list[Json]] = {}

    def forget(self) -> None:
        """Forget what was chosen on messages and which options were offered."""
        self._chosen.clear()
        self._offered.clear()

    async def press(
        self,
        user: str,
        spot: Spot,
        action_id: str,
        *,
        block_id: str | None = None,
        chosen: Chosen = None,
    ) -> None:
        """Press a button, or choose: ``chosen`` is an option's value, a date, an id or a text.

        Raises ``NotAllowed`` when there is no such thing to press, ``AppFailed`` without an ack.
        """
        person = self._person(user)
        surface = self._surface(person, spot)
        place = elements.find(surface.blocks, action_id, block_id)
        chosen = self._whole_options(person, surface.item, place, chosen)
        if elements.keeps_state(place.element):
            block = surface.values.setdefault(place.block_id, {})
            block[place.action_id] = elements.value_of(place.element, chosen)
        if place.is_input and not place.block.get("dispatch_action"):
            return
        outcome = await self._delivery.ask(
            "interactive", self._action(person, surface, place, chosen)
        )
        self._must_answer(outcome, silent=SILENT)

    def _action(self, person: User, surface: _Surface, place: Place, chosen: Chosen) -> Json:
        app = self.senses.app
        team = self.world.teams[app.team_id]
        now = f"{self.world.clock.time():.6f}"
        payload = payloads.about(self.world, app, person, kind="block_actions", team=team)
        payload |= surface.payload
        view_id = surface.view.id if surface.view and surface.view.type == "modal" else None
        payload["trigger_id"] = self.world.triggers.mint(person.id, view_id=view_id)
        payload["actions"] = [elements.action_of(place, chosen, action_ts=now)]
        if surface.view is None and surface.channel is not None:
            payload["state"] = {"values": surface.values}
            payload["response_url"] = self._responses.mint(
                surface.channel, person, message=surface.message, ephemeral=surface.ephemeral
            )
        return payload

    async def options(
        self, user: str, spot: Spot, action_id: str, query: str, *, block_id: str | None = None
    ) -> list[Json]:
        """Type into an external select: the options that the app offers, groups flattened."""
        person = self._person(user)
        surface = self._surface(person, spot)
        place = elements.find(surface.blocks, action_id, block_id)
        if len(query) < place.element.get("min_query_length", 3):
            return []
        app = self.senses.app
        team = self.world.teams[app.team_id]
        payload = payloads.about(self.world, app, person, kind="block_suggestion", team=team)
        payload |= surface.payload
        payload |= {"action_id": place.action_id, "block_id": place.block_id, "value": query}
        outcome = await self._delivery.ask("interactive", payload)
        answer = self._must_answer(outcome, silent=SILENT).answer
        found = elements.options(answer)
        self._offered[person.id, surface.item, place.action_id] = found
        return found

    def _whole_options(self, person: User, item: str, place: Place, chosen: Chosen) -> Chosen:
        """Options of an external select are those the app offered last, or offered as initial."""
        if not str(place.element["type"]).endswith("external_select"):
            return chosen
        initial = place.element.get("initial_option"), *place.element.get("initial_options", [])
        offered = self._offered.get((person.id, item, place.action_id), [])
        known = {option["value"]: option for option in (*initial, *offered) if option}
        if isinstance(chosen, str):
            return _offered_option(known, chosen)
        if isinstance(chosen, list):
            return [_offered_option(known, one) for one in chosen]
        return chosen

    def _surface(self, person: User, spot: Spot) -> _Surface:
        """Look a spot up as ``person`` sees it."""
        if spot.view_id:
            return self._view_surface(person, spot.view_id)
        if spot.ephemeral_id:
            return self._ephemeral_surface(person, spot.ephemeral_id)
        return self._message_surface(person, spot.channel, spot.ts)

    def _view_surface(self, person: User, view_id: str) -> _Surface:
        view = self.senses.view(person, view_id)
        blocks = view.view.get("blocks", [])
        fill_in(view.values, blocks)
        payload = payloads.on_view(self.senses.app, view, view.values)
        return _Surface(view.id, blocks, view.values, payload, view=view)

    def _ephemeral_surface(self, person: User, ephemeral_id: str) -> _Surface:
        said = self.senses.ephemeral(person, ephemeral_id)
        values = self._values(person, said.id, said.blocks)
        place = self.senses.place(person, said.channel)
        payload = payloads.on_ephemeral(place, said)
        return _Surface(said.id, said.blocks, values, payload, channel=place, ephemeral=said)

    def _message_surface(self, person: User, channel: str, ts: str) -> _Surface:
        place = self._conversation(person, channel)
        message = self.senses.message(place, ts)
        if message.app_id != self.senses.app.id:
            raise NotAllowed("no_such_action", "Only messages of the app have something to press.")
        item = f"{place.id} {ts}"
        attached = [b for a in message.attachments for b in a.get("blocks", [])]
        blocks = [*message.blocks, *attached]
        values = self._values(person, item, blocks)
        payload = payloads.on_message(self.world, place, message)
        return _Surface(item, blocks, values, payload, channel=place, message=message)

    def _values(self, person: User, item: str, blocks: list[Json]) -> Json:
        """What this person has chosen on a message; others choose for themselves."""
        values = self._chosen.setdefault((person.id, item), {})
        fill_in(values, blocks)
        return values


def fill_in(values: Json, blocks: list[Json]) -> None:
    """Give elements that were not touched yet their initial value in ``values``."""
    for place in elements.places(blocks):
        if elements.keeps_state(place.element):
            block = values.setdefault(place.block_id, {})
            block.setdefault(place.action_id, elements.initial_value(place.element))


def _offered_option(known: dict[str, Json], chosen: Any) -> Json:
    if isinstance(chosen, dict):
        return chosen
    if chosen not in known:
        values = ", ".join(known) or "nothing; look for options first"
        raise NotAllowed("no_such_option", f"{chosen!r} was not offered; there is: {values}.")
    return known[chosen]
