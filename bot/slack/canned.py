"""Texts of macros: templates of Markdown that leads write, checked when saved, filled when used.

What a template may hold is a short list, and no loop is in it: it ends in time by its own size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import Refused

LONGEST = 3000
"""Characters of a template, and of what it becomes: what a reply holds."""

VARIABLES: Mapping[str, str] = {
    "customer_first_name": "the asker’s first name, or “there”",
    "customer": "the asker’s whole name",
    "ticket": "the ticket’s number, such as #12",
    "agent": "your name",
    "agent_first_name": "your first name",
    "owner": "whose ticket it is, or “our team”",
    "account": "the customer’s company",
    "channel": "the customer’s channel",
    "category": "the ticket’s category",
    "desk": "our own company",
}
FILTERS = frozenset({"default", "d", "upper", "lower", "title", "capitalize", "trim"})

_TAKES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Filter),
    *(nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)
# What would be marks of Markdown; bot.slack.markdown knows no way to write them as mere signs.
# Control characters are nothing to read, and hide what they stand before.
_CONTROLS = dict.fromkeys(map(chr, (*range(0x20), *range(0x7F, 0xA0))), "")
_MARKS = str.maketrans(_CONTROLS | dict.fromkeys("*`~[]<>|", "") | {"\\": "/"})
_AT_EDGES = re.compile(r"(?<!\w)_+|_+(?!\w)")
_LIKE_A_LIST = re.compile(r"[-+>]|#+(?:\s|$)|\d+[.)]")
_JOINER = "\u2060"


def plain(value: object) -> str:
    """A value as words on one line, whatever marks somebody's name holds."""
    words = " ".join(str(value).split()).translate(_MARKS).replace("://", ": //")
    words = _AT_EDGES.sub("", words)
    return f"{_JOINER}{words}" if _LIKE_A_LIST.match(words) else words


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined,
    finalize=plain,
    autoescape=False,
    trim_blocks=True,
    lstrip_blocks=True,
)


def checked(text: str, *, field: str = "text") -> str:
    """The template without space around it. Raises Refused with the line and how to mend it."""
    said = text.strip()
    if len(said) > LONGEST:
        raise Refused(f"A macro has {LONGEST:,} characters at most.", field=field)
    try:
        tree = _ENVIRONMENT.parse(said)
    except TemplateSyntaxError as error:
        raise Refused(
            _at(error.lineno, f"{(error.message or '').rstrip('.')}. {_HOW}"), field=field
        ) from None
    except RecursionError:
        raise Refused(f"This is nested too deep. {_HOW}", field=field) from None
    for complaint in _complaints(tree):
        raise Refused(complaint, field=field)
    try:
        _template(said)
    except (SyntaxError, RecursionError):  # of the Python that it becomes
        raise Refused(f"This is nested too deep. {_HOW}", field=field) from None
    return said


_HOW = "Write a variable as {{ customer_first_name }}."


def _complaints(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(nodes.Node):
        line = getattr(node, "lineno", 0)
        if isinstance(node, nodes.Name):
            if node.name not in VARIABLES:
                yield _at(line, _unknown(node.name))
        elif isinstance(node, nodes.Filter):
            if node.name not in FILTERS:
                yield _at(line, f"there is no filter {node.name}; use one of {_listed(FILTERS)}.")
        elif not isinstance(node, _TAKES):
            yield _at(line, f"macros know variables, if and else, and nothing more. {_HOW}")


def _unknown(name: str) -> str:
    near = get_close_matches(name, VARIABLES, n=1, cutoff=0.5)
    such = f" Did you mean {{{{ {near[0]} }}}}?" if near else ""
    return f"there is no {{{{ {name} }}}}.{such} There are {_listed(VARIABLES)}."


def _listed(words: frozenset[str] | Mapping[str, str]) -> str:
    return ", ".join(sorted(words))


def _at(line: int, words: str) -> str:
    return f"Line {line}: {words}"


def filled(text: str, values: Mapping[str, str]) -> str:
    """The words of a macro for one ticket. Raises Refused when they do not make a reply."""
    try:
        words = _template(text).render(values).strip()
    except (TemplateError, SecurityError, ArithmeticError, TypeError, ValueError) as error:
        raise Refused(f"This macro cannot be filled in: {type(error).__name__}.") from None
    if len(words) > LONGEST:
        raise Refused(f"Filled in, this macro has over {LONGEST:,} characters. Shorten it.")
    return re.sub(r"\n{3,}", "\n\n", words)


@lru_cache(maxsize=256)
def _template(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)
