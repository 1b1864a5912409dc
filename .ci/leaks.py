#!/usr/bin/env python3
"""Refuse what must never be committed: secrets, addresses of registries, paths of one machine."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Each expression is written so that it does not find itself.
KINDS = {
    # Real ones hold digits; xoxb-sandbox-1, xoxb-EXAMPLE and the like are made up.
    "a Slack token": r"\bx(?:ox[a-z]|app|wfp)-(?!sandbox\b)(?=[A-Za-z-]*\d)[0-9A-Za-z-]{10,}",
    "a Slack webhook": r"hooks\.slack\.com/(?:services|workflows)/[A-Z0-9]{8,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE[ ]KEY-----",
    "a cloud or forge token": r"\b(?:AKIA[0-9A-Z]{16}|gh[opsu]_\w{36}|glpat-[\w-]{20})\b",
    "a registry address": r"https?://[^\s\"']*/(?:simple|packages)/|files\.pythonhosted[.]org"
    r"|\"resolved\":\s*\"http",
    "a registry option": r"^\s*--(?:extra-|default-)?(?:index-url|index|find-links)\b",
    "a path of one machine": r"(?<![\w.~*$}>-])/(?:work|root|home/\w+|Users/\w+)/",
}
FINDERS = {kind: re.compile(pattern, re.MULTILINE) for kind, pattern in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that must not be in the repository; `line` counts from 1."""

    path: str
    line: int
    kind: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}"


def leaks(path: str, text: str) -> Iterator[Leak]:
    """What must not be in `text`, the content of `path`. Never quotes what it found."""
    for kind, finder in FINDERS.items():
        for found in finder.finditer(text):
            yield Leak(path, text.count("\n", 0, found.start()) + 1, kind)


def committed(top: Path) -> Iterator[tuple[str, str]]:
    """Path and text of each file that git tracks under `top`, or soon may; binaries left out.

    What git keeps of a link is where it leads.
    """
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=top, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        path = top / name
        if path.is_symlink():
            yield name, str(path.readlink())
            continue
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" not in content:
            yield name, content.decode(errors="replace")


def main(top: Path) -> int:
    """Print every leak; 1 when there is one."""
    found = [leak for path, text in committed(top) for leak in leaks(path, text)]
    for leak in found:
        print(leak)
    print(f"leaks: {len(found)} found" if found else "leaks: none")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
