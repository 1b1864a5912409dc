"""Compiles templates as Jinja2 does, but escapes as Slack wants it, and to code that runs faster.

Every card and receipt is drawn anew, which would cost the desk more than to send it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from operator import call
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.ext import Extension
from jinja2.runtime import Macro, Undefined
from markupsafe import Markup

from bot.slack import mrkdwn
from bot.slack.filters import FILTERS

__all__ = ["call", "compiler", "finished", "nothing", "quick"]

nothing = Undefined("an if without an else has come to nothing")


def compiler(folders: list[Path], **known: object) -> Environment:
    """Templates of the first folder that has them; all of them know what is ``known``."""
    environment = _Environment(
        loader=FileSystemLoader(folders),
        extensions=[_Unindented],
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(known)
    return environment


def _finalize(value: object) -> str:
    """Finished mrkdwn as it is, anything else escaped: exactly ``&``, ``<`` and ``>``."""
    return value if isinstance(value, Markup) else mrkdwn.escaped(str(value))


def finished(words: str) -> Markup:
    """What a template has put together; `Markup` itself would look for HTML in it first."""
    return str.__new__(Markup, words)


def quick(macro: Macro) -> Callable[..., str]:
    """The macro as a function that has no more to do, when it is given what it names, in order."""
    if macro.catch_kwargs or macro.catch_varargs or macro.caller:
        return macro
    takes, body = len(macro.arguments), macro._func  # noqa: SLF001 - it has no other name

    def called(*given: object, **named: object) -> str:
        if named or len(given) != takes:
            return macro(*given, **named)
        return finished(body(*given))

    return called


class _CodeGenerator(CodeGenerator):
    """Leaves all escaping to ``_finalize``: Slack would show the ``&#39;`` of stock escaping."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline(f"from {__name__} import call, finished, nothing, quick")
        super().visit_Template(node, frame)

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        const = node.as_const(frame.eval_ctx)
        return str(const) if isinstance(node, nodes.TemplateData) else str(finalize.const(const))

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(f"({finalize.src}")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        takes = macro_ref.accesses_kwargs or macro_ref.accesses_varargs or macro_ref.accesses_caller
        if isinstance(macro_ref.node, nodes.CallBlock) and not macro_ref.node.args and not takes:
            # Each block has a macro of its own.
            self.write("lambda body=macro: finished(body())")
        else:
            self.write("quick(")
            super().macro_def(macro_ref, frame)
            self.write(")")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Without looking for Jinja2's decorators: nothing that our templates call has any."""
        self.write("call(")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")

    def visit_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> None:
        """What is said under no condition that holds is ``nothing``, as ever, but made once."""
        frame = frame.soft()
        self.write("(")
        self.visit(node.expr1, frame)
        self.write(" if ")
        self.visit(node.test, frame)
        self.write(" else ")
        if node.expr2 is None:
            self.write("nothing")
        else:
            self.visit(node.expr2, frame)
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """As ever where there is no such attribute: then it may be an item, or undefined."""
        whose, found = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({found} if ({found} := getattr({whose} := (")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing")
        self.write(f" else environment.getattr({whose}, {node.attr!r}))")


class _Environment(Environment):
    code_generator_class = _CodeGenerator

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Nobody changes them later, and a plain dict is copied ten times as fast as a chain."""
        return {**self.globals, **(d or {})}


class _Unindented(Extension):
    """A template may be indented for its readers; the indent never reaches Slack."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)
