"""Modals and App Homes: opened, stacked up to three, replaced in place, closed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from sandbox.refused import Refused
from sandbox.world import App, Json, User, View, World

DEEPEST = 3


def open_view(world: World, app: App, user: User, given: Json) -> View:
    """A new modal, the root of a stack. ``given`` is the view as the app sent it, checked."""
    return _show(world, _new(world, app, user, given))


def push_view(world: World, app: App, below: View, given: Json) -> View:
    """A new modal on top of ``below``. Refused with push_limit_reached on a stack of three."""
    if len(list(stack(world, below))) >= DEEPEST:
        raise Refused("push_limit_reached")
    view = _new(world, app, world.users[below.user], given)
    view.root_view_id, view.previous_view_id = below.root_view_id, below.id
    return _show(world, view)


def replace_view(world: World, view: View, given: Json) -> None:
    """Put other contents in place; what was typed stays where block_id and action_id do."""
    view.view, view.hash = given, _hash(world)
    view.external_id = given.get("external_id") or view.external_id
    view.errors = {}
    view.values = _still_there(view.values, given.get("blocks", []))
    world.touch("view", view=view.id, user=view.user)


def publish_home(world: World, app: App, user: User, given: Json) -> View:
    """Show somebody's App Home, anew or in place of the one before."""
    home = world.homes.get(user.id)
    if home is None:
        home = _new(world, app, user, given)
        world.homes[user.id] = home
        world.touch("home", view=home.id, user=user.id)
        return home
    replace_view(world, home, given)
    return home


def close_view(world: World, view: View) -> None:
    """Take a modal off the screen."""
    view.is_open = False
    world.touch("view", view=view.id, user=view.user)


def stack(world: World, view: View) -> Iterator[View]:
    """The open modals that ``view`` is one of, from the root upwards."""
    for other in world.views.values():
        if other.is_open and other.root_view_id == view.root_view_id:
            yield other


def _new(world: World, app: App, user: User, given: Json) -> View:
    view_id = world.new_id("V")
    return View(
        id=view_id,
        type=given.get("type", "modal"),
        user=user.id,
        team_id=user.team_id,
        app_id=app.id,
        view=given,
        hash=_hash(world),
        root_view_id=view_id,
        external_id=given.get("external_id") or "",
    )


def _still_there(values: Json, blocks: list[Json]) -> Json:
    """The typed values whose block and action are among ``blocks`` (slack/FACTS.md §7)."""
    kept: Json = {}
    for block in blocks:
        typed = values.get(block.get("block_id", ""), {})
        elements = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
        actions = {e.get("action_id") for e in elements if isinstance(e, dict)}
        if still := {k: v for k, v in typed.items() if k in actions}:
            kept[block["block_id"]] = still
    return kept


def _show(world: World, view: View) -> View:
    world.views[view.id] = view
    world.touch("view", view=view.id, user=view.user)
    return view


def _hash(world: World) -> str:
    return f"{int(world.clock.time())}.{secrets.token_hex(4)}"
