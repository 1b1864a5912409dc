"""Tripwires on length, docs/architecture.md: a long function is usually two thoughts.

Never split a thought to please a number: a function with a good reason to be long is fine, as long
as they stay rare.
"""

import ast
from collections.abc import Iterator
from statistics import quantiles

from tests.architecture.source import PRODUCT, TOP, Function, files, functions, tree

NINE_OF_TEN = 25
LONG = 40
SHARE_OF_LONG = 0.06
LISTENER = 12


def test_nine_functions_of_ten_are_under_25_lines() -> None:
    lengths = [function.length for function in functions(*PRODUCT)]
    assert quantiles(lengths, n=10)[-1] <= NINE_OF_TEN, _longest()


def test_functions_over_40_lines_are_rare() -> None:
    everything = list(functions(*PRODUCT))
    long = [function for function in everything if function.length > LONG]
    assert len(long) <= SHARE_OF_LONG * len(everything), _longest()


def test_a_listener_reads_offers_and_acks_and_nothing_else() -> None:
    long = [str(listener) for listener in _listeners() if listener.length > LISTENER]
    assert not long, f"over {LISTENER} lines; work belongs into a use case:\n" + "\n".join(long)


def _listeners() -> Iterator[Function]:
    """The functions of handlers/ that are registered by call: app.event("message")(on_message)."""
    for path in files("handlers"):
        names = set(_registered(tree(path)))
        where = str(path.relative_to(TOP))
        yield from (function for function in functions(where) if function.name in names)


def _registered(module: ast.Module) -> Iterator[str]:
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Call):
            yield from (given.id for given in call.args if isinstance(given, ast.Name))


def _longest() -> str:
    by_length = sorted(functions(*PRODUCT), key=lambda function: -function.length)
    return "the longest:\n" + "\n".join(str(function) for function in by_length[:15])
