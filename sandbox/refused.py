"""How the local Slack says no: one exception that carries Slack's own error code."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """Something Slack does not do: ``code`` is the answer's error, ``more`` its further keys."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more
