"""Secrets, addresses of registries and paths of one machine never reach the repository."""

import shutil
import subprocess
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.source import TOP


def _load(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


leaks = _load(TOP / ".ci" / "leaks.py")

# Taken apart, so that this file is clean itself.
LEAKS = [
    "token = " + "xoxb-" + "123456789012-abcdef",
    "xapp" + "-1-A0123456-789-abcdef0123",
    "https://hooks.slack" + ".com/services/T01234567/B01234567/x",
    "-----BEGIN RSA PRIVATE " + "KEY-----",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "https://pypi.example" + "/simple/ruff/",
    "--extra-" + "index-url x",
    'open("/' + 'work/main/x")',
    "see /" + "home/ana/desk/x",
    "sqlite:////" + "root/desk.db /" + "root/x",
]

FINE = [
    "xoxb-sandbox-1",
    "xoxb-EXAMPLE",
    "xoxb-secret-bot",
    "xoxb-…",
    "https://example.com/" + "work/one",
    "docs/" + "work/plan.md",
    "tests/" + "root/x",
    "~/" + "work/x",
    "uv pip compile --no-emit-index-url",
    "/var/lib/threadkeeper/threadkeeper.db",
]


@pytest.mark.parametrize("text", LEAKS)
def test_a_leak_is_found_on_its_line_and_never_repeated(text: str) -> None:
    found = list(leaks.leaks("notes.md", f"first line\n{text}\nlast line\n"))
    assert found
    assert {leak.line for leak in found} == {2}
    assert text not in str(found[0])


@pytest.mark.parametrize("text", FINE)
def test_what_only_looks_like_a_leak_is_let_through(text: str) -> None:
    assert not list(leaks.leaks("notes.md", text))


@pytest.mark.skipif(
    not shutil.which("git") or not (TOP / ".git").exists(), reason="no git checkout here"
)
def test_the_repository_leaks_nothing() -> None:
    found = [leak for path, text in leaks.committed(TOP) for leak in leaks.leaks(path, text)]
    assert not [str(leak) for leak in found]


@pytest.mark.skipif(not shutil.which("git"), reason="no git here")
def test_a_link_that_leads_to_a_path_of_this_machine_is_a_leak(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "tools").symlink_to("/" + "work/elsewhere/tools")
    (tmp_path / "beside").symlink_to("tools.md")
    told = [leak for path, text in leaks.committed(tmp_path) for leak in leaks.leaks(path, text)]
    assert [leak.path for leak in told] == ["tools"]
