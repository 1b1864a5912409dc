"""Each act of the table is done by each of its doors: what nobody does, nobody has proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.acts import ACTS, FAMILIES, Act, Family
from tests.stories.actors import furnish, ways
from tests.stories.occasions import OCCASIONS
from tests.stories.stage import stage
from tests.stories.test_rota import ON_CALL, with_rotas
from tests.stories.tour import Tour

pytestmark = [pytest.mark.story, pytest.mark.slow]

STORIES = Path(__file__).parent
# Acts, or cells, for which a whole story is needed: that one plays them.
ELSEWHERE: Mapping[str, str] = {
    "account_merge": "test_account.py",  # it takes two accounts of one company
    "accept_line hand-over in triage": "test_rota.py",
    **dict.fromkeys(
        (
            "accept digest", "accept home", "accept_line digest", "accept_line home",
            "assign digest", "assign home", "health digest", "health home", "reply digest",
            "resolve digest", "rota_swap digest", "rota_swap home",
        ),
        "test_decisions.py",
    ),
    "changes": "test_intake.py",
    "digest_send": "test_digest.py",
    "kb_edit": "test_authoring.py",
    "kb_from": "test_authoring.py",
    "kb_history": "test_authoring.py",
    "kb_no_gap": "test_authoring.py",
    "kb_open": "test_article.py",
    "kb_restore": "test_authoring.py",
    "kb_retire": "test_authoring.py",
    "kb_reviewed": "test_authoring.py",
    "kb_send": "test_article.py",
    "kb_unhelpful": "test_authoring.py",
    "merge More …": "test_link.py",
    "no_customers": "test_account.py",
    "unsolved": "test_life.py",
    "person": "test_suggestion.py",
    "helped": "test_suggestion.py",
    "same": "test_suggestion.py",
    "suggest_no": "test_suggestion.py",
    "vote": "test_csat.py",
    "csat_comment": "test_csat.py",
    "recovery_take": "test_csat.py",
    "recovery_done": "test_csat.py",
    "recovery_drop": "test_csat.py",
}  # fmt: skip
MISSING = (
    "Nobody could do these by these doors. Say in tests/stories/occasions.py what comes before"
    " the act (BEFORE, SCENES) and who does it (BY), and in tests/stories/actors.py what is typed"
    " after its word (WORDS), chosen or written in its form (TYPED, CHOSEN), and which command"
    " shows its button (SHOWN_BY); where only a whole story gets there, name it in ELSEWHERE:"
)


def played_here(act: Act) -> Iterator[tuple[Act, str, str]]:
    """The cells of an act that are played by the tour."""
    for door, word in ways(act):
        cell = f"{act.name} {word}"
        if not {act.name, cell} & ELSEWHERE.keys():
            yield act, door, word


def test_what_is_played_elsewhere_is_an_act_and_has_its_story() -> None:
    cells = {f"{act.name} {word}" for act in ACTS for _, word in ways(act)}
    named = cells | {act.name for act in ACTS}
    assert sorted((ELSEWHERE.keys() | OCCASIONS.names()) - named) == []
    assert [each for each in {*ELSEWHERE.values()} if not (STORIES / each).exists()] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.title)
async def test_each_act_is_done_by_each_of_its_doors(database_url: str, family: Family) -> None:
    async with stage(database_url, help_button=True) as it:
        it.slack.world.clock.freeze()
        await furnish(it)
        await with_rotas(it, ON_CALL)
        tour = Tour(it, OCCASIONS)
        cells = [each for act in family.acts for each in played_here(act)]
        left = [
            f"{act.name} by {door} {word!r} (told: {tour.last_word()!r})"
            for act, door, word in cells
            if not await tour.plays(act, door, word)
        ]
    assert not left, f"{MISSING} {'; '.join(left)}"
