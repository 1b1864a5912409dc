"""Modals and the App Home as one person has them in front."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from sandbox.page import blocks, faces
from sandbox.page.paper import Paper, dumps
from sandbox.page.reader import Reader
from sandbox.world import View

GENERAL = ""
"""The key under which an error belongs to no block."""


@dataclass(frozen=True)
class Drawn:
    """A view ready to draw. ``submit`` is empty where there is nothing to submit."""

    id: str
    source: str
    title: str
    submit: str
    close: str
    body: Markup
    is_pushed: bool
    app: str
    face: Markup
    general_error: str


def top(reader: Reader) -> View | None:
    """The modal that lies on top for this person."""
    views = reader.world.views.values()
    mine = [v for v in views if v.user == reader.user.id and v.type == "modal" and v.is_open]
    covered = {v.previous_view_id for v in mine}
    return next((v for v in reversed(mine) if v.id not in covered), None)


def home(reader: Reader) -> View | None:
    """The person's App Home, once the app has published one."""
    return reader.world.homes.get(reader.user.id)


def drawn(reader: Reader, view: View) -> Drawn:
    """A view with what was typed and what was wrong."""
    paper = Paper(reader, view.id, view.values, view.errors)
    words = {key: paper.words(view.view.get(key)) for key in ("title", "submit", "close")}
    app = reader.world.users.get(reader.world.app.bot_user) if reader.world.app else None
    return Drawn(
        id=view.id,
        source=dumps({"view_id": view.id}),
        title=words["title"],
        submit=words["submit"],
        close=words["close"] or ("Cancel" if words["submit"] else "Close"),
        body=blocks.html(view.view.get("blocks", []), paper),
        is_pushed=view.previous_view_id is not None,
        app=app.real_name if app else "",
        face=faces.of(app) if app else Markup(""),
        general_error=view.errors.get(GENERAL, ""),
    )
