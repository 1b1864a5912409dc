"""What saving an article would bring about, told before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.knowledge import fresh, likeness
from bot.rules import leaks
from bot.rules.leaks import Surroundings
from bot.usecases import profile
from bot.usecases.work import Work
from storage import articles, questions
from storage.records.articles import Article
from storage.unit import Unit

MOST_TESTED = 30  # questions that an article is tested on once more
ALIKE = 0.7  # from which share of common words two articles say the same
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Caution:
    """What saving would bring about; ``lines`` name it one by one."""

    words: str
    lines: tuple[str, ...]


def found(work: Work, before: Article | None, wanted: Article) -> tuple[Caution, ...]:
    """All that is to be said of ``wanted``, which is to replace ``before``, if anything."""
    unit = work.unit
    told = (_lost(unit, before, wanted), _twins(unit, wanted), _told(work, wanted))
    return tuple(filter(None, told))


def _lost(unit: Unit, before: Article | None, wanted: Article) -> Caution | None:
    """Questions that the article answered and would not any more."""
    if before is None or (before.title, before.body, before.synonyms) == (
        wanted.title,
        wanted.body,
        wanted.synonyms,
    ):
        return None
    asked = questions.of_article(unit, before.id, most=MOST_TESTED)
    different = tuple(dict.fromkeys(" ".join(each.text.split()) for each in asked))
    lost = [each for each in fresh.tried(unit, before, wanted, different) if each.is_lost]
    if not lost:
        return None
    lines = tuple(f"{each.question[:150]} {_instead(unit, each)}" for each in lost[:MOST_SHOWN])
    many = f"{len(lost)} of {len(different)} questions that it answered"
    return Caution(f"With these words it no longer answers {many}:", lines)


def _instead(unit: Unit, trial: fresh.Trial) -> str:
    other = articles.by_id(unit, int(trial.best)) if trial.best else None
    return f"→ “{other.title}” instead" if other else "→ nothing sure"


def _twins(unit: Unit, wanted: Article) -> Caution | None:
    """Articles that say the same already."""
    hits, _ = fresh.search(unit, f"{wanted.title}. {wanted.body[:600]}", limit=MOST_SHOWN)
    near = (articles.by_id(unit, int(hit.id)) for hit in hits)
    alike = [each for each in near if each and each.id != wanted.id and _is_alike(each, wanted)]
    if not alike:
        return None
    lines = tuple(f"“{each.title}” (`{each.slug}`, {each.audience})" for each in alike)
    return Caution("There is an article already that says nearly the same. Rather edit it?", lines)


def _is_alike(one: Article, other: Article) -> bool:
    if likeness.like(one.title, other.title) >= ALIKE:
        return True
    return likeness.like(fresh.plain(one.body), fresh.plain(other.body)) >= ALIKE


def _told(work: Work, wanted: Article) -> Caution | None:
    """Names of customers and secrets in it, and internal links where customers read it."""
    around = Surroundings(
        others=[*profile.companies(work.unit)],
        own=(work.tenant.workspace.name,),
        host=urlsplit(work.tenant.workspace.url).hostname or "",
        channels=(work.settings.public_channel,),
    )
    seen = leaks.found(f"{wanted.title}\n{wanted.body}", around)
    kinds = {leaks.Kind.ACCOUNT, leaks.Kind.SECRET} | (
        {leaks.Kind.LINK} if wanted.is_public else set()
    )
    lines = tuple(f"{each.what}: {each.shown}" for each in seen if each.kind in kinds)
    readers = "All customers" if wanted.is_public else "The whole team"
    return Caution(f"{readers} would read this:", lines) if lines else None
