"""Names every module that has a table, so that whoever imports this knows them all."""

from storage import (
    accounts,
    catchup,
    channels,
    gates,
    history,
    inbox,
    links,
    macros,
    messages,
    outbox,
    people,
    remembered,
    replies,
    tags,
    texts,
    threads,
    tickets,
    trouble,
    workspaces,
)
from storage.base import metadata

MODULES = (
    workspaces,
    channels,
    people,
    accounts,
    macros,
    remembered,
    texts,
    messages,
    threads,
    tickets,
    tags,
    links,
    history,
    replies,
    inbox,
    outbox,
    gates,
    trouble,
    catchup,
)

__all__ = ["MODULES", "metadata"]
