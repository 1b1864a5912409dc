"""Who may import whom: import-linter's contracts, pyproject.toml."""

import subprocess
import sys

from tests.architecture.source import TOP

# In a process of its own: it lays out the logging of whatever process it runs in anew.
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(cache_dir=None))"


def test_imports_go_down_only_and_each_contract_is_kept() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LINT], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
