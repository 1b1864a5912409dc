"""Turns a template and its fields into what Slack is sent; refuses what Slack would refuse."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment
from jinja2.exceptions import TemplateError, TemplateRuntimeError

from bot.slack import limits
from bot.slack.compiling import environment
from bot.slack.kit import Kit, Misplaced
from bot.slack.limits import Block

_STOCK = Path(__file__).parents[2] / "templates"
_IN_HOME = limits.MOST_BYTES - 1000  # what is around the blocks, and between them


# A template is a program: what its author gets wrong in an expression is an error of Python's.
_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, RecursionError)


class Rendered(NamedTuple):
    """A message: plain top-level text beside its blocks; no blocks means that the text is all."""

    text: str
    blocks: list[Block]


class Renderer:
    """The templates of the desk. A file of the same name in ``overrides`` goes before our own.

    ``dashboard`` is its address in the browser, ``""`` where there is none.

    All methods raise ``Misplaced`` for a template that puts words where Slack has no place for
    them, ``limits.TooMuch`` for what Slack would refuse, and Jinja2's own errors.
    """

    def __init__(self, overrides: Path | None = None, *, dashboard: str = "") -> None:
        own = environment([overrides, _STOCK], dashboard=dashboard) if overrides else None
        self._environment = own or _stock(dashboard)

    def message(self, template: str, **fields: object) -> Rendered:
        kit = self._filled(template, fields)
        blocks = limits.fit(kit.blocks, limits.limit("message", "blocks"))
        limits.check_message(kit.words, blocks)
        return Rendered(kit.words, blocks)

    def modal(self, template: str, **fields: object) -> Block:
        """A view for views.open, views.update or a response_action."""
        kit = self._filled(template, fields)
        if not kit.view:
            raise Misplaced(f"{template} never says kit.modal")
        most = limits.limit("modal", "blocks")
        return _checked(kit.view, limits.fit(kit.blocks, most, limits.MOST_IN_VIEW))

    def home(self, template: str, **fields: object) -> Block:
        """A view for views.publish."""
        blocks, most = self._filled(template, fields).blocks, limits.limit("home", "blocks")
        return _checked({"type": "home"}, limits.fit(blocks, most, _IN_HOME, limits.bytes_in))

    def _filled(self, template: str, fields: dict[str, object]) -> Kit:
        kit = Kit()
        try:
            stray = self._environment.get_template(template).render(fields, kit=kit).strip()
        except TemplateError:
            raise  # one that is not there is a LookupError as well
        except _FAULTS as error:
            raise TemplateRuntimeError(f"{template}: {error!r}") from error
        if stray:
            raise Misplaced(f"{template} has words outside of any block: {stray[:60]!r}")
        return kit


def _checked(frame: Block, blocks: list[Block]) -> Block:
    view = frame | {"blocks": blocks}
    limits.check_view(view)
    return view


@cache
def _stock(dashboard: str) -> Environment:
    """Our own templates, compiled once in a process, however many desks it has."""
    return environment([_STOCK], dashboard=dashboard)
