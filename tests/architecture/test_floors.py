"""A feature is one word on every floor, so that who knows the word finds all of it."""

from pathlib import Path

from tests.architecture.source import TOP

FLOORS = ("bot/rules", "bot/usecases", "handlers", "storage", "templates")

# Slack's events in handlers/ and ours in bot/usecases/ share a name, not a subject.
VOCABULARIES = {"event"}

# A feature that has nothing on a floor says here why: {word: {floor: reason}}.
ABSENT = {
    "access": {
        "bot/usecases": "asked by every act, an act of its own it is not",
        "handlers": "nobody calls it; a refused press is told about",
        "storage": "roles are read from people and settings",
    },
    "account": {"handlers": "its forms and answers are lines of the tables of forms and live"},
    "dashboard": {
        "bot/rules": "shows figures and decides nothing but who may look, as access says",
        "handlers": "web/dashboard is its way in: browsers, not Slack",
        "storage": "reads figures; who is signed in lies in sessions",
    },
    "digest": {"handlers": "its form and its list are lines of the tables of forms and live"},
    "desk": {
        "storage": "shows books, boxes and gaps",
    },
    "escalation": {"handlers": "its doors are rows of the tables of acts and forms"},
    "home": {
        "bot/rules": "a picture of tickets, it decides nothing",
    },
    "intake": {"storage": "its outcome is messages, tickets and the books"},
    "reaction": {
        "bot/rules": "the act that it stands for decides",
        "templates": "answered by the act's own messages",
    },
    "promise": {"handlers": "its form is a line of the table of forms"},
    "sla": {"handlers": "clocks follow from tickets; what is asked of them are lines of live"},
    "rota": {"handlers": "its form and its list are lines of the tables of forms and live"},
    "suggestion": {"handlers": "its doors are rows of the tables of acts and forms"},
    "team": {
        "handlers": "a command of the desk's",
        "storage": "kept in the settings, and as Slack told in people",
    },
    "trouble": {"handlers": "met by posts; what people mend is told by events of others' subjects"},
    "ticket": {"bot/rules": "its moves are lifecycle, its words intake"},
}


def words(floor: str) -> set[str]:
    """The modules and folders of a floor; `tickets` and `ticket` are the same word."""
    entries = (TOP / floor).iterdir() if (TOP / floor).is_dir() else ()
    return {_singular(entry.stem) for entry in entries if _counts(entry)}


def features() -> set[str]:
    """What people get to see has templates, or a listener and a use case under one name.

    A module that stands on one floor alone is a part by which features work.
    """
    return words("templates") | (words("bot/usecases") & words("handlers")) - VOCABULARIES


def test_a_feature_has_its_word_on_every_floor() -> None:
    missing = [
        f"{feature}: nothing in {floor}/"
        for feature in sorted(features())
        for floor in FLOORS
        if feature not in words(floor) and floor not in ABSENT.get(feature, {})
    ]
    how = "give it the same word there, or a reason in ABSENT"
    assert not missing, f"{how}:\n" + "\n".join(missing)


def test_no_excuse_outlives_its_reason() -> None:
    stale = [
        f"{feature} on {floor}"
        for feature, floors in ABSENT.items()
        for floor in floors
        if feature in words(floor) or feature not in features()
    ]
    assert not stale, f"take these out of ABSENT: {stale}"


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word.removesuffix("ies") + "y"
    return word if word.endswith("ss") else word.removesuffix("s")


def _counts(entry: Path) -> bool:
    if entry.name.startswith(("_", ".")):
        return False
    return entry.suffix == ".py" or any(entry.glob("*.j2")) or (entry / "__init__.py").exists()
