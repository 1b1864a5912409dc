"""views.*: modals opened with a fresh trigger, changed by hash, and App Homes."""

from __future__ import annotations

import json
from typing import Any

from sandbox import blocks as block_rules
from sandbox import deeds, shapes
from sandbox.api.call import Call, invalid
from sandbox.api.content import with_ids
from sandbox.refused import Refused
from sandbox.triggers import BadTrigger, Trigger
from sandbox.world import Json, View

VIEW_BYTES = 250_000


def open_modal(call: Call) -> Json:
    """A new modal for the person whose act the trigger_id stands for."""
    given = read_view(call, "modal")
    _free_external_id(call, given)
    trigger = _spend(call)
    view = deeds.open_view(call.world, call.app, call.world.users[trigger.user], given)
    return {"view": shapes.view(call.app, view)}


def push(call: Call) -> Json:
    """A modal on top of the one in which the person acted; three at most."""
    given = read_view(call, "modal")
    _free_external_id(call, given)
    trigger = _spend(call)
    below = call.world.views.get(trigger.view_id or "")
    if below is None or not below.is_open:
        raise Refused("not_found")
    return {"view": shapes.view(call.app, deeds.push_view(call.world, call.app, below, given))}


def _spend(call: Call) -> Trigger:
    """Use the trigger up; an interactivity_pointer is the same thing here."""
    trigger_id = call.given("trigger_id") or call.given("interactivity_pointer")
    if trigger_id is None:
        raise invalid("missing required field: trigger_id")
    try:
        return call.world.triggers.spend(trigger_id)
    except BadTrigger as bad:
        raise Refused(bad.error) from bad


def update(call: Call) -> Json:
    """Replace an open view; ``hash`` guards against a race."""
    view = _open_view(call)
    given = read_view(call, view.type)
    _same_hash(call, view)
    _free_external_id(call, given, apart_from=view)
    deeds.replace_view(call.world, view, given)
    return {"view": shapes.view(call.app, view)}


def _open_view(call: Call) -> View:
    """By view_id or external_id; refused with not_found."""
    view_id, external_id = call.given("view_id"), call.given("external_id")
    if not (view_id or external_id):
        raise invalid("missing required field: view_id")
    for view in (*call.world.views.values(), *call.world.homes.values()):
        named = view.id == view_id if view_id else view.external_id == external_id
        if named and view.is_open:
            return view
    raise Refused("not_found")


def publish(call: Call) -> Json:
    """Someone's App Home; not_enabled when the manifest has no Home tab."""
    given = read_view(call, "home")
    user = call.user("user_id")
    home_tab = call.app.manifest.get("features", {}).get("app_home", {})
    if not home_tab.get("home_tab_enabled"):
        raise Refused("not_enabled")
    if home := call.world.homes.get(user.id):
        _same_hash(call, home)
    _free_external_id(call, given, apart_from=home)
    return {"view": shapes.view(call.app, deeds.publish_home(call.world, call.app, user, given))}


def _same_hash(call: Call, view: View) -> None:
    expected = call.given("hash")
    if expected is not None and expected != view.hash:
        raise Refused("hash_conflict")


def _free_external_id(call: Call, given: Json, *, apart_from: View | None = None) -> None:
    """external_id is unique per team among what is open (FACTS 7)."""
    wanted = given.get("external_id")
    if not wanted:
        return
    for view in (*call.world.views.values(), *call.world.homes.values()):
        if view.external_id == wanted and view.is_open and view is not apart_from:
            raise Refused("duplicate_external_id")


def read_view(call: Call, kind: str) -> Json:
    """The checked view with an id for each block; invalid_arguments points at every fault."""
    given: Any = call.structure("view")
    if not isinstance(given, dict):
        raise invalid("must be an object [json-pointer:/view]")
    if len(json.dumps(given)) > VIEW_BYTES:
        raise Refused("view_too_large")
    faults = block_rules.view_faults(given, kind=kind)
    if faults:
        raise invalid(*faults)
    return {**given, "blocks": with_ids(call, given["blocks"])}


METHODS = {
    "views.open": open_modal,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
