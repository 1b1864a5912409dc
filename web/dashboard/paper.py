"""Fills the pages' templates: HTML, so with an Environment of its own, all text escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from web.dashboard import worded

_STOCK = Path(__file__).parents[2] / "templates"


class Paper:
    """The pages of the dashboard. A file of the same name in ``overrides`` goes before our own."""

    def __init__(self, overrides: Path | None = None) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([*([overrides] if overrides else []), _STOCK]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["days"] = worded.days

    def page(self, template: str, *, status: int = 200, **fields: Any) -> HTMLResponse:
        """``templates/dashboard/<template>``, filled."""
        found = self._environment.get_template(f"dashboard/{template}")
        return HTMLResponse(found.render(**fields), status)
