"""Who may import whom: import-linter's contracts, pyproject.toml."""

import pytest
from importlinter.cli import lint_imports

from tests.architecture.source import TOP


def test_imports_go_down_only_and_each_contract_is_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(TOP)
    broken = lint_imports(cache_dir=None)
    assert not broken, capsys.readouterr().out
