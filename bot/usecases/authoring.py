"""Articles as people of ours write them: a form that says what saving would bring about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import blake2b

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.knowledge import fresh
from bot.rules import access, pages
from bot.rules import article as rules
from bot.rules.access import Who
from bot.usecases import article as usecase
from bot.usecases import cautions, gaps, harvest, look
from bot.usecases.acting import Acting
from bot.usecases.cautions import Caution
from bot.usecases.inputs import Acted
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import articles, questions
from storage.records.articles import Article, Audience
from storage.unit import Unit

BOX = 2_900  # characters of a body in one box of the form (FACTS 9)
MOST_BOXES = 5
MOST_TAGS = 20
PUBLIC_NEEDS_LEAD = (
    "Customers read public articles, so leads and managers make and change them."
    " Save it as internal, and ask one of them to look: `/desk team` shows who they are."
)
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ArticleFormScene:
    """An article as it is being written by the form of ``act``; ``about`` comes back with it.

    ``parts`` are its body, box by box. ``cuts`` are what was taken out of a ticket's thread.
    """

    act: str
    title: str = ""
    parts: tuple[str, ...] = ("",)
    audience: Audience = Audience.INTERNAL
    category: str = ""
    tags: str = ""
    synonyms: str = ""
    owner: str = ""
    review_on: str = ""
    categories: Choices = ()
    about: Mapping[str, str] = field(default_factory=dict)
    preview: str = ""
    wrong: str = ""
    warnings: tuple[Caution, ...] = ()
    thread: harvest.Thread | None = None
    ticket: TicketScene | None = None

    @property
    def boxes(self) -> tuple[str, ...]:
        """One more than there are words for, as far as a form takes them."""
        spare = ("",) if len(self.parts) < MOST_BOXES else ()
        return (*self.parts, *spare)

    @property
    def mark(self) -> str:
        """What says that exactly these warnings are meant."""
        told = "\0".join(f"{each.words}\0{each.lines}" for each in self.warnings)
        return blake2b(told.encode("utf-8", "replace"), digest_size=8).hexdigest()


def new_form(unit: Unit, item: Acted, now: datetime) -> ArticleFormScene:
    """An empty form; about a gap it begins with what people asked. Raises Refused, Unknown."""
    look.authorised(unit, item.person, item.act, None)
    scene = replace(_empty(unit), act="kb_new", owner=item.person)
    key = item.fields.get("asked", "")
    if not key:
        return replace(scene, title=item.text[: rules.LONGEST_TITLE])
    wordings = _asked(unit, key, now)
    return replace(
        scene,
        title=(wordings[0] if wordings else "")[: rules.LONGEST_TITLE],
        synonyms=", ".join(each.replace(",", " ")[:100] for each in wordings[1:4]),
        about={"asked": key},
    )


def _asked(unit: Unit, key: str, now: datetime) -> tuple[str, ...]:
    try:
        return gaps.of_key(unit, key, now).wordings
    except Missing:
        found = questions.by_id(unit, int(key)) if key.isdecimal() else None
        return (found.text,) if found else ()


def edit_form(unit: Unit, item: Acted, _now: datetime) -> ArticleFormScene:
    """The article that is meant, to be changed. Raises Refused, Missing or Unknown."""
    look.authorised(unit, item.person, item.act, None)
    found = meant(unit, item)
    check_may(look.working(unit, look.LONG_AGO), item.person, found)
    parts = pages.cut(found.body, BOX)
    if len(parts) > MOST_BOXES or not pages.is_whole(parts, found.body):
        raise Refused(
            f"“{found.title}” is too long for a form. Edit its file; `app.py kb export` writes one."
        )
    return replace(
        _empty(unit),
        act="kb_edit",
        title=found.title,
        parts=parts,
        audience=found.audience,
        category=found.category,
        tags=", ".join(found.tags),
        synonyms=", ".join(found.synonyms),
        owner=found.owner if found.owner[:1] in ("U", "W") else "",
        review_on=found.review_on,
        about={"article": str(found.id), "print": rules.print_of(found)},
    )


def from_form(unit: Unit, item: Acted, now: datetime) -> ArticleFormScene:
    """A draft made of a solved ticket. Raises Refused, Missing or Unknown."""
    thread = harvest.of_ticket(unit, item, now)
    return replace(
        _empty(unit),
        act="kb_from",
        title=thread.title,
        parts=pages.cut(thread.body, BOX)[:MOST_BOXES],
        category=thread.scene.ticket.category,
        owner=item.person,
        thread=thread,
        ticket=thread.scene,
    )


def _empty(unit: Unit) -> ArticleFormScene:
    known = look.working(unit, look.LONG_AGO).settings.categories
    return ArticleFormScene("kb_new", categories=tuple((each, each) for each in known))


def meant(unit: Unit, item: Acted) -> Article:
    """The article by its key, its address, now or before, its title, or the words that find it.

    Raises Missing, and Refused where several may be meant.
    """
    if key := item.fields.get("article", ""):
        return of_key(unit, key)
    said = item.fields.get("words", "").strip().strip("`")
    known = articles.live(unit)
    if (found := rules.by_address(known).get(said.casefold().removesuffix(".md"))) is not None:
        return found
    named = [each for each in known if each.title.casefold() == said.casefold()]
    if len(named) == 1:
        return named[0]
    return _by_words(unit, said)


def _by_words(unit: Unit, said: str) -> Article:
    hits, _ = fresh.search(unit, said, limit=3)
    found = [each for hit in hits if (each := articles.by_id(unit, int(hit.id)))]
    if not found:
        raise Missing("No article has words like these. `/kb` with other words finds those there.")
    if len(found) == 1 or hits[1].score < hits[0].score / 2:
        return found[0]
    titles = ", ".join(f"“{each.title}” (`{each.slug}`)" for each in found)
    raise Refused(f"Several articles may be meant: {titles}. Say its address.")


def of_key(unit: Unit, key: str) -> Article:
    """The article of that key, or the one that took its address over. Raises Missing."""
    found = articles.by_id(unit, int(key)) if key.isdecimal() else None
    if found is not None and found.archived_at is not None:
        found = rules.by_address(articles.live(unit)).get(found.slug)
    if found is None:
        raise Missing("That article is not there any more. `/kb` finds those that are.")
    return found


def check_may(work: Work, person: str, *touched: Article) -> None:
    """Raises Refused where customers read it and the person is no lead."""
    is_lead = access.is_one_of(work.person(person), Who.LEAD, work.team)
    if not is_lead and any(each.is_public for each in touched):
        raise Refused(PUBLIC_NEEDS_LEAD, field="audience")


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with an article as it is typed. Raises Refused with the field, or Missing."""
    _wanted(look.working(unit, item.at), item)


def written(unit: Unit, item: Acted) -> ArticleFormScene:
    """The form with what is typed so far, how it would look, and what it would bring about."""
    title, body = _typed(item)
    scene = replace(
        _empty(unit),
        act=item.act,
        title=title,
        parts=pages.cut(body, BOX),
        audience=_audience(item),
        category=item.fields.get("category", ""),
        tags=item.fields.get("tags", ""),
        synonyms=item.fields.get("synonyms", ""),
        owner=item.fields.get("owner", ""),
        review_on=item.fields.get("review_on", ""),
        about={
            name: item.fields[name] for name in ("article", "print", "asked") if name in item.fields
        },
    )
    if item.ticket_id is not None:
        thread = harvest.of_ticket(unit, item, item.at)
        scene = replace(scene, thread=thread, ticket=thread.scene)
    try:
        return replace(scene, preview=body, warnings=_warnings(unit, item))
    except (Refused, Missing) as refusal:
        return replace(scene, preview=body, wrong=str(refusal))


def warnings(unit: Unit, item: Acted, mark: str) -> tuple[Caution, ...]:
    """What saving would bring about, unless ``mark`` says that it is meant.

    Raises Refused, Missing or Unknown: who may not write learns nothing.
    """
    look.authorised(unit, item.person, item.act, item.ticket_id)
    found = _warnings(unit, item)
    return () if ArticleFormScene(item.act, warnings=found).mark == mark else found


def _warnings(unit: Unit, item: Acted) -> tuple[Caution, ...]:
    work = look.working(unit, item.at)
    before, wanted = _wanted(work, item)
    return cautions.found(work, before, wanted)


def save(work: Work, acting: Acting) -> str:
    """A new article, or another version of one, by form."""
    before, wanted = _wanted(work, acting.item)
    unit = work.unit
    if before is None:
        saved = articles.add(unit, wanted)
    else:
        saved = articles.save(unit, before, rules.edited(before, wanted, work.at))
        if rules.print_of(saved) == rules.print_of(before):
            return f"Nothing of “{saved.title}” was changed."
    usecase.keep_version(unit, saved, work.at, by=acting.actor.id)
    if key := acting.item.fields.get("asked", ""):
        gaps.written(unit, key, work.at)
    words = "customers may read it" if saved.is_public else "for the team alone"
    return f"“{saved.title}” is saved, {words}. `/kb edit {saved.slug}` changes it."


def retire(work: Work, acting: Acting) -> str:
    """Take it out of use. One of the folder does not come back before its file changes."""
    found = of_key(work.unit, acting.item.fields.get("article", ""))
    check_may(work, acting.item.person, found)
    articles.archive(work.unit, found, work.at)
    return f"“{found.title}” is not found any more. `/kb new` may write a better one."


def restore(work: Work, acting: Acting) -> str:
    """Let it say again what it said in one of its versions."""
    key = acting.item.fields.get("version", "")
    version = articles.version_by_id(work.unit, int(key)) if key.isdecimal() else None
    if version is None:
        raise Missing("That version is not there any more.")
    before = of_key(work.unit, str(version.article_id))
    wanted = replace(
        before,
        title=version.title,
        body=version.body,
        audience=version.audience,
        category=version.category,
        tags=version.tags,
        synonyms=version.synonyms,
    )
    check_may(work, acting.item.person, before, wanted)
    if rules.print_of(wanted) == rules.print_of(before):
        raise Refused("It says that already.")
    saved = articles.save(work.unit, before, rules.edited(before, wanted, work.at))
    usecase.keep_version(work.unit, saved, work.at, by=acting.actor.id)
    return f"“{saved.title}” says again what it said on {version.at:%-d %b %Y}."


def _wanted(work: Work, item: Acted) -> tuple[Article | None, Article]:
    before = of_key(work.unit, item.fields["article"]) if item.fields.get("article") else None
    if before is not None and rules.print_of(before) != item.fields.get("print"):
        raise Refused(
            f"“{before.title}” was changed since you opened it. Your words are still here: copy"
            f" them, and look at `/kb history {before.slug}` before you change it again.",
            field="title",
        )
    title, body = _typed(item)
    if not body:
        raise Refused("An article has to say something.", field="body")
    made = before or _made(work, item, rules.checked_title(title))
    wanted = replace(
        made,
        title=rules.checked_title(title),
        body=body,
        audience=_audience(item),
        category=item.fields.get("category", ""),
        tags=_listed(item, "tags"),
        synonyms=_listed(item, "synonyms"),
        owner=item.fields.get("owner", ""),
        review_on=_day(item),
    )
    check_may(work, item.person, wanted, *([before] if before else []))
    return before, wanted


def _made(work: Work, item: Acted, title: str) -> Article:
    taken = rules.by_address(articles.live(work.unit)).keys()
    return Article(
        work.workspace_id,
        new_id(),
        rules.slug_for(title, taken),
        title,
        "",
        Audience.INTERNAL,
        work.at,
        ticket_id=item.ticket_id,
    )


def _typed(item: Acted) -> tuple[str, str]:
    """The title, which is the first line of what was typed, and the body."""
    title, _, body = item.text.partition("\n")
    return title.strip(), body.strip()


def _audience(item: Acted) -> Audience:
    """Nothing becomes public because something was not chosen."""
    is_public = item.fields.get("audience") == Audience.PUBLIC
    return Audience.PUBLIC if is_public else Audience.INTERNAL


def _listed(item: Acted, name: str) -> tuple[str, ...]:
    said = (" ".join(each.split()) for each in item.fields.get(name, "").split(","))
    found = tuple(dict.fromkeys(filter(None, said)))
    if len(found) > MOST_TAGS:
        raise Refused(f"{MOST_TAGS} of them at most, parted by commas.", field=name)
    return found


def _day(item: Acted) -> str:
    said = item.fields.get("review_on", "")
    try:
        return date.fromisoformat(said).isoformat() if said else ""
    except ValueError:
        raise Refused("Choose a day, such as 2026-12-31.", field="review_on") from None
