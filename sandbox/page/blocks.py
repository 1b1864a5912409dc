"""Block Kit as HTML: pure functions from a block to Markup, drawn on a ``Paper`` for one reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from sandbox.page import elements, markdown, mrkdwn, rich_text
from sandbox.page.elements import Spot
from sandbox.page.paper import Json, Paper


def html(blocks: list[Json], paper: Paper) -> Markup:
    """A message's or view's blocks in order."""
    return Markup("").join(_block(block, at, paper) for at, block in enumerate(blocks))


def _block(block: Json, at: int, paper: Paper) -> Markup:
    kind = str(block.get("type", ""))
    draw = _BLOCKS.get(kind, _unknown)
    return Markup('<div class="block block-{}">{}</div>').format(
        kind, draw(block, paper, block_id(block, at))
    )


def block_id(block: Json, at: int) -> str:
    """The block's id; Slack makes one up where the app gave none, and so do we, by position."""
    return str(block.get("block_id") or f"block-{at}")


def _section(block: Json, paper: Paper, identity: str) -> Markup:
    text = (
        Markup('<div class="section-text">{}</div>').format(paper.text(block["text"]))
        if block.get("text")
        else ""
    )
    fields = [
        Markup('<div class="section-field">{}</div>').format(paper.text(item))
        for item in block.get("fields", [])
    ]
    grid = (
        Markup('<div class="section-fields">{}</div>').format(Markup("").join(fields))
        if fields
        else ""
    )
    side = block.get("accessory")
    shown = (
        Markup('<div class="section-side">{}</div>').format(
            elements.html(side, Spot(paper, identity))
        )
        if side
        else ""
    )
    return Markup('<div class="section-main">{}{}</div>{}').format(text, grid, shown)


def _header(block: Json, paper: Paper, identity: str) -> Markup:
    return Markup("<h2>{}</h2>").format(paper.text(block.get("text")))


def _context(block: Json, paper: Paper, identity: str) -> Markup:
    return Markup("").join(
        elements.image(item, paper, small=True)
        if item.get("type") == "image"
        else Markup('<span class="context-text">{}</span>').format(paper.text(item))
        for item in block.get("elements", [])
    )


def _divider(block: Json, paper: Paper, identity: str) -> Markup:
    return Markup("<hr>")


def _actions(block: Json, paper: Paper, identity: str) -> Markup:
    spot = Spot(paper, identity)
    return Markup("").join(elements.html(element, spot) for element in block.get("elements", []))


def _input(block: Json, paper: Paper, identity: str) -> Markup:
    element = block.get("element", {})
    spot = Spot(
        paper,
        identity,
        fires=bool(block.get("dispatch_action")),
        label=paper.words(block.get("label")),
    )
    return Markup("{}{}{}{}").format(
        _label(block, paper, element, identity),
        elements.html(element, spot),
        _hint(block, paper),
        error(paper, identity),
    )


def _label(block: Json, paper: Paper, element: Json, identity: str) -> Markup:
    optional = Markup(' <span class="optional">(optional)</span>') if block.get("optional") else ""
    target = paper.id(identity, element.get("action_id", ""))
    return Markup('<label class="input-label" for="{}">{}{}</label>').format(
        target, paper.text(block.get("label")), optional
    )


def _hint(block: Json, paper: Paper) -> Markup:
    hint = block.get("hint")
    return Markup('<div class="hint">{}</div>').format(paper.text(hint)) if hint else Markup("")


def error(paper: Paper, identity: str) -> Markup:
    """What the app found wrong with this block, in place."""
    words = paper.errors.get(identity)
    if not words:
        return Markup("")
    return Markup('<div class="field-error" role="alert" id="{}">{}</div>').format(
        f"{paper.scope}-{identity}-error", words
    )


def _image(block: Json, paper: Paper, identity: str) -> Markup:
    title = (
        Markup('<div class="image-title">{}</div>').format(paper.text(block["title"]))
        if block.get("title")
        else ""
    )
    return Markup("{}{}").format(title, elements.image(block, paper, small=False))


def _table(block: Json, paper: Paper, identity: str) -> Markup:
    columns = block.get("column_settings") or []
    rows = [_row(row, at, columns, paper) for at, row in enumerate(block.get("rows", []))]
    return Markup(
        '<div class="table-frame" tabindex="0" role="region" aria-label="Table">'
        "<table>{}</table></div>"
    ).format(Markup("").join(rows))


def _row(cells: list[Json], at: int, columns: list[Any], paper: Paper) -> Markup:
    tag = Markup("th") if at == 0 else Markup("td")
    drawn = [
        Markup('<{} class="align-{}">{}</{}>').format(
            tag, _alignment(columns, column), _cell(cell, paper), tag
        )
        for column, cell in enumerate(cells)
    ]
    return Markup("<tr>{}</tr>").format(Markup("").join(drawn))


def _alignment(columns: list[Any], column: int) -> str:
    settings = columns[column] if column < len(columns) else None
    align = (settings or {}).get("align", "left")
    return align if align in ("left", "center", "right") else "left"


def _cell(cell: Json, paper: Paper) -> Markup:
    if cell.get("type") == "rich_text":
        return rich_text.html(cell, paper.reader)
    return mrkdwn.plain(str(cell.get("text", cell.get("value", ""))))


def _file(block: Json, paper: Paper, identity: str) -> Markup:
    return Markup('<span class="file-stub">{}</span>').format(block.get("external_id", "file"))


def _alert(block: Json, paper: Paper, identity: str) -> Markup:
    level = str(block.get("level", "info"))
    return Markup('<div class="alert alert-{}" role="status">{}</div>').format(
        level, paper.text(block.get("text"))
    )


def _unknown(block: Json, paper: Paper, identity: str) -> Markup:
    return Markup('<span class="unknown">[{}]</span>').format(escape(block.get("type", "?")))


_BLOCKS: dict[str, Callable[[Json, Paper, str], Markup]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "context_actions": _actions,
    "input": _input,
    "rich_text": lambda block, paper, identity: rich_text.html(block, paper.reader),
    "image": _image,
    "table": _table,
    "markdown": lambda block, paper, identity: markdown.html(str(block.get("text", ""))),
    "file": _file,
    "alert": _alert,
}
