"""Names say what a thing is: no drawers for odds and ends."""

import ast
import re

from tests.architecture.source import PRODUCT, TOP, files, tree

DRAWERS = {"common", "helper", "helpers", "manager", "managers", "misc", "service", "services"}
DRAWERS |= {"shared", "stuff", "tools", "util", "utils"}
EMPTY_ENDINGS = re.compile(r"(Helper|Manager|Service|Util)s?$")


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    paths = [path.relative_to(TOP) for path in files(*PRODUCT, "tests")]
    drawers = [str(path) for path in paths if DRAWERS & {*path.with_suffix("").parts}]
    assert not drawers, f"name them after what they hold: {drawers}"


def test_no_class_is_named_a_manager_or_a_helper() -> None:
    empty = [
        f"{path.relative_to(TOP)}:{node.lineno} {node.name}"
        for path in files(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and EMPTY_ENDINGS.search(node.name)
    ]
    assert not empty, f"name them after what they are: {empty}"
