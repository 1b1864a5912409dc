"""One listener for many names: Bolt tries its listeners one by one, and each try costs an ack."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(names: Iterable[str]) -> re.Pattern[str]:
    """What Bolt takes for a name of a command, a form or a shortcut: exactly one of these."""
    return re.compile(rf"\A(?:{'|'.join(map(re.escape, names))})\Z")
