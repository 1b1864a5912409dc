"""Turns a template and its fields into what Slack is sent; refuses what Slack would refuse."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.exceptions import TemplateError, TemplateRuntimeError
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup

from bot.slack import limits, mrkdwn
from bot.slack.filters import FILTERS
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
        folders = [overrides, _STOCK] if overrides else [_STOCK]
        self._environment = _environment(folders, dashboard) if overrides else _stock(dashboard)

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


class _CodeGenerator(CodeGenerator):
    """Leaves all escaping to ``_finalize``: Slack would show the ``&#39;`` of stock escaping."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        const = node.as_const(frame.eval_ctx)
        return str(const) if isinstance(node, nodes.TemplateData) else str(finalize.const(const))

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(f"({finalize.src}")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """A call block that takes nothing is a plain function: a Macro costs more than its body."""
        takes = macro_ref.accesses_kwargs or macro_ref.accesses_varargs or macro_ref.accesses_caller
        if isinstance(macro_ref.node, nodes.CallBlock) and not macro_ref.node.args and not takes:
            self.write("lambda body=macro: Markup(body())")  # each block has a macro of its own
        else:
            super().macro_def(macro_ref, frame)


class _Context(Context):
    """Calls without looking for Jinja2's decorators: nothing in our templates has any."""

    def call(
        self, called: Any, /, *args: Any, _loop_vars: Any = (), _block_vars: Any = (), **named: Any
    ) -> Any:
        return called(*args, **named)


class _Unindented(Extension):
    """A template may be indented for its readers; the indent never reaches Slack."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


@cache
def _stock(dashboard: str) -> Environment:
    """Our own templates, compiled once in a process, however many desks it has."""
    return _environment([_STOCK], dashboard)


def _environment(folders: list[Path], dashboard: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folders),
        extensions=[_Unindented],
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        auto_reload=False,
    )
    environment.code_generator_class = _CodeGenerator
    environment.context_class = _Context
    environment.filters.update(FILTERS)
    environment.globals["dashboard"] = dashboard
    return environment


def _finalize(value: object) -> str:
    """Finished mrkdwn as it is, anything else escaped: exactly ``&``, ``<`` and ``>``."""
    return value if isinstance(value, Markup) else mrkdwn.escaped(str(value))
