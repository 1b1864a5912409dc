"""Whoever changes a ticket also sets when the desk is to look at it next."""

from tests.architecture.source import TOP, files

KEEPER = "bot/usecases/waking.py"


def test_tickets_are_saved_with_their_timer() -> None:
    bare = [
        str(path.relative_to(TOP))
        for path in files("bot")
        if "tickets.save(" in path.read_text() and not path.match(KEEPER)
    ]
    assert not bare, f"let waking.save do it: {bare}"
