"""A feature is one word on every floor, so that who knows the word finds all of it."""

from pathlib import Path

from tests.architecture.source import TOP

FLOORS = ("bot/rules", "bot/usecases", "handlers", "storage", "templates")

# Modules that are no feature: the parts by which every feature works.
PARTS = {
    "bot/rules": {"access"},
    "bot/usecases": {"announce", "events", "handle", "inputs", "notices", "scenes"},
    "handlers": {"failures", "reading"},
}

# A feature that has nothing on a floor says here why: {word: {floor: reason}}.
ABSENT: dict[str, dict[str, str]] = {}


def words(floor: str) -> set[str]:
    """The modules and folders of a floor, without its parts."""
    entries = (TOP / floor).iterdir() if (TOP / floor).is_dir() else ()
    names = {entry.stem for entry in entries if _counts(entry)}
    return names - PARTS.get(floor, set())


def features() -> set[str]:
    """What has a use case or a listener of its own is a feature; a table alone is not."""
    return words("bot/usecases") | words("handlers")


def test_a_feature_has_its_word_on_every_floor() -> None:
    missing = [
        f"{feature}: nothing in {floor}/"
        for feature in sorted(features())
        for floor in FLOORS
        if feature not in words(floor) and floor not in ABSENT.get(feature, {})
    ]
    how = "give it the same word there, or a reason in ABSENT (a part of all features: PARTS)"
    assert not missing, f"{how}:\n" + "\n".join(missing)


def test_no_excuse_outlives_its_reason() -> None:
    stale = [
        f"{feature} on {floor}"
        for feature, floors in ABSENT.items()
        for floor in floors
        if feature in words(floor) or feature not in features()
    ]
    assert not stale, f"take these out of ABSENT: {stale}"


def _counts(entry: Path) -> bool:
    if entry.name.startswith(("_", ".")):
        return False
    return entry.suffix == ".py" or any(entry.glob("*.j2")) or (entry / "__init__.py").exists()
