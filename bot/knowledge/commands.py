"""``app.py kb``: index, ask and evaluate files of anybody's, without a desk."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click

from bot.clock import Clock
from bot.console.place import Door, pass_door
from bot.knowledge import confidence, evaluating, lines, shelf, titles
from bot.knowledge import folder as files
from bot.knowledge.category import Sorter
from bot.knowledge.evaluating import Case, Marks
from bot.knowledge.folder import Broken
from bot.knowledge.meaning import Meaning, NotInstalled
from bot.knowledge.passages import Found, Passage
from bot.knowledge.shelf import Empty, Engine, Shelf
from bot.usecases import article
from bot.usecases.article import Synced
from storage.unit import reading, writing

Made = TypeVar("Made")

MOST_TOLD = 5  # bad lines of a file
AT_ONCE = 10  # passages of an answer
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)

in_folder = click.option(
    "--in",
    "folder",
    default="var/kb",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the index.",
)
by_engine = click.option(
    "--engine",
    default="words",
    show_default=True,
    type=click.Choice(["words", "semantic"]),
    help="semantic: by meaning as well, with requirements/semantic.txt installed.",
)
for_machines = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.group()
def kb() -> None:
    """Knowledge: index, ask and evaluate files of your own; see docs/knowledge.md."""


@kb.command()
@click.argument("file", type=FILE)
@in_folder
@by_engine
def index(file: Path, folder: Path, engine: Engine) -> None:
    """Index FILE (or -): JSON lines of id, title, body. What was indexed before is forgotten.

    \b
    {"id": "refunds", "title": "Ask for a refund", "body": "Within 14 days …"}
    """
    began = time.perf_counter()
    passages = _read(file, lines.passage)
    for key in lines.doubled(each.id for each in passages)[:MOST_TOLD]:
        click.echo(
            f"{file}: the id {key} stands there more than once: the last one counts.", err=True
        )
    if not passages:
        raise click.ClickException(f"{file} holds nothing that could be indexed.")
    different = titles.telling([*{each.id: each for each in passages}.values()])
    _filled(folder, different)
    if engine == "semantic":
        _opened(folder, engine)
    click.echo(f"{len(different):,} indexed in {time.perf_counter() - began:.1f} s.")


@kb.command()
@click.argument("words", nargs=-1)
@in_folder
@by_engine
@for_machines
def ask(words: tuple[str, ...], folder: Path, engine: Engine, as_json: bool) -> None:  # noqa: FBT001 - click calls it by name
    """Answer WORDS, or each line of standard input: a question, or JSON with `question`.

    With --json a line of JSON for each: ids, scores, the confidence in the first, and whether it
    had better be silent.
    """
    opened = _opened(folder, engine)
    for question in [lines.whole(" ".join(words))] if words else _streamed():
        found, sure = opened.answer(question, AT_ONCE)
        if as_json:
            click.echo(_as_json(question, found, sure))
            continue
        click.echo(("" if words else f"{question}\n") + _as_words(opened, found, sure))


@kb.command("eval")
@click.argument("file", type=FILE)
@in_folder
@by_engine
@for_machines
def evaluate(file: Path, folder: Path, engine: Engine, as_json: bool) -> None:  # noqa: FBT001
    """Ask the questions of FILE (or -): JSON lines of question and expected ids, null for silence.

    \b
    {"question": "how do I get my money back", "expected": "refunds"}
    {"question": "who won the match", "expected": null}
    """
    cases = _cases(file)
    opened = _opened(folder, engine)
    _tell_unknown(cases, opened)
    seconds: list[float] = []
    found = evaluating.marks(cases, _timed(opened, seconds))
    took = sorted(seconds)
    p50, p95 = (1000 * took[int(len(took) * share)] for share in (0.5, 0.95))
    if as_json:
        told = {"engine": engine, "indexed": len(opened.titles), **asdict(found)}
        click.echo(json.dumps({**told, "p50_ms": p50, "p95_ms": p95}))
        return
    click.echo(f"{'engine':28} {engine}, {len(opened.titles):,} indexed")
    click.echo(_table(found))
    click.echo(f"{'ms a question':28} p50 {p50:.1f}, p95 {p95:.1f}")


@kb.command()
@click.argument("file", type=FILE)
@in_folder
@by_engine
def calibrate(file: Path, folder: Path, engine: Engine) -> None:
    """Learn from the questions of FILE, as `eval` reads them, how sure answers may be."""
    cases = _cases(file)
    opened = _opened(folder, engine)
    answers: list[tuple[Found, bool]] = []
    for case in cases:
        found = opened.index.search(case.question, limit=1)
        answers += [(each, each.id in case.expected) for each in found]
    shelf.calibrate(folder, opened, answers)
    click.echo(f"Learnt from {len(answers):,} answers, for this folder.")


@kb.command()
@click.argument("known", type=FILE)
@click.argument("asked", type=FILE)
@by_engine
@for_machines
def category(known: Path, asked: Path, engine: Engine, as_json: bool) -> None:  # noqa: FBT001
    """Learn categories from KNOWN and guess those of ASKED: JSON lines of text and category."""
    examples, cases = _read(known, lines.labelled), _read(asked, lines.labelled)
    if len({label for _, label in examples}) < 2 or not cases:
        raise click.ClickException("It takes two categories to learn, and a text to guess.")
    sorter = Sorter(_meaning() if engine == "semantic" else None)
    began = time.perf_counter()
    sorter.learn(examples)
    took = time.perf_counter() - began
    guesses = sorter.guesses([text for text, _ in cases])
    pairs = zip(guesses, cases, strict=True)
    right = sum(guess is not None and guess.category == label for guess, (_, label) in pairs)
    accuracy, classes = right / len(cases), len(sorter.categories)
    if as_json:
        told = {"engine": engine, "accuracy": accuracy, "cases": len(cases), "classes": classes}
        click.echo(json.dumps({**told, "learnt_from": len(examples), "seconds": took}))
        return
    click.echo(f"accuracy {accuracy:.4f} of {len(cases):,}, {classes} classes")
    click.echo(f"learnt from {len(examples):,} in {took:.1f} s")


@kb.command()
@click.argument("folder", type=FOLDER)
@click.option("--check", "is_trial", is_flag=True, help="Read the files only; change nothing.")
@pass_door
def sync(door: Door, folder: Path, is_trial: bool) -> None:  # noqa: FBT001 - click's
    """Make the desk's articles like FOLDER of Markdown; broken files change nothing.

    Articles that were written or changed in Slack stay as they are.
    """
    now, is_whole, contents = Clock().now(), True, files.read(folder)
    if is_trial:
        _tell_broken(contents.broken)
        click.echo(f"{len(contents.drafts):,} can be read, {len(contents.broken):,} cannot.")
        sys.exit(1 if contents.broken else 0)
    for workspace in door.place().units(writing):
        with workspace as unit:
            found = article.sync(unit, contents, now)
        is_whole = _tell(found) and is_whole
    sys.exit(0 if is_whole else 1)


@kb.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@pass_door
def export(door: Door, folder: Path) -> None:
    """Write the desk's articles into FOLDER, each as a file that `sync` reads."""
    for workspace in door.place().units(reading):
        with workspace as unit:
            click.echo(f"{len(article.export(unit, folder)):,} articles written into {folder}.")


def _tell(found: Synced) -> bool:
    """Say what a folder changed; whether nothing was amiss with it."""
    _tell_broken(found.broken)
    for slug in found.plan.clashes:
        click.echo(
            f"{slug}.md: an article of that address was written in Slack; it stays.", err=True
        )
    for each, _ in found.plan.unused:
        click.echo(
            f"{each.slug}.md: it was changed in Slack as well. What stands in Slack stays; the"
            f" file’s words are among its versions: /kb history {each.slug}",
            err=True,
        )
    for each in found.plan.kept:
        click.echo(f"{each.slug}.md is gone, but was changed in Slack: it stays there.", err=True)
    many = {
        "new": len(found.plan.added),
        "changed": len(found.plan.changed),
        "gone": len(found.plan.gone),
        "broken": len(found.broken),
    }
    click.echo(", ".join(f"{count:,} {what}" for what, count in many.items()) + ".")
    return not (found.broken or found.plan.clashes or found.plan.unused or found.plan.kept)


def _tell_broken(broken: Iterable[Broken]) -> None:
    for each in broken:
        click.echo(str(each), err=True)


def _read(file: Path, made: Callable[[lines.Line], Made]) -> list[Made]:
    """What a file's lines make; bad ones are told of, and end it where they are all."""
    try:
        with click.open_file(str(file), encoding="utf-8", errors="replace") as stream:
            found, wrong = lines.read(stream, made)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}.") from None
    for each in wrong[:MOST_TOLD]:
        click.echo(f"{file}, line {each.line}: {each.why}; left out.", err=True)
    if len(wrong) > MOST_TOLD:
        click.echo(f"{file}: {len(wrong) - MOST_TOLD:,} more lines were left out.", err=True)
    if wrong and not found:
        raise click.ClickException(f"{file}: no line is as it should be.")
    return found


def _streamed() -> Iterator[str]:
    """The questions of standard input, each as soon as it is there."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return lines.questions(sys.stdin)


def _filled(folder: Path, passages: Sequence[Passage]) -> None:
    try:
        shelf.fill(folder, passages)
    except OSError as error:
        raise click.ClickException(f"{folder}: {error.strerror}.") from None


def _cases(file: Path) -> list[Case]:
    found = _read(file, lines.case)
    if not found:
        raise click.ClickException(f"{file} holds no question.")
    return found


def _tell_unknown(cases: Sequence[Case], opened: Shelf) -> None:
    """An expected id that is not there can never be found: mostly it is another index."""
    expected = {key for case in cases for key in case.expected}
    unknown = sorted(expected - opened.titles.keys())
    if unknown:
        named = ", ".join(unknown[:MOST_TOLD]) + (" …" if len(unknown) > MOST_TOLD else "")
        click.echo(f"Expected, but not in the index: {len(unknown):,} ids ({named}).", err=True)


def _opened(folder: Path, engine: Engine) -> Shelf:
    def tell(waiting: int) -> None:
        click.echo(f"\rlearning meanings: {waiting:,} to go  ", err=True, nl=waiting == 0)

    try:
        return shelf.opened(folder, engine, tell)
    except (Empty, NotInstalled) as error:
        raise click.ClickException(str(error)) from None


def _meaning() -> Meaning:
    try:
        return Meaning()
    except NotInstalled as error:
        raise click.ClickException(str(error)) from None


def _timed(opened: Shelf, seconds: list[float]) -> Callable[[str], evaluating.Answer]:
    def answer(question: str) -> evaluating.Answer:
        began = time.perf_counter()
        found, sure = opened.answer(question, AT_ONCE)
        seconds.append(time.perf_counter() - began)
        return [each.id for each in found], sure

    return answer


def _as_json(question: str, found: Sequence[Found], sure: float) -> str:
    told = {
        "question": question,
        "ids": [each.id for each in found],
        "scores": [round(each.score, 4) for each in found],
        "confidence": round(sure, 4),
        "silent": sure < confidence.SILENT_BELOW,
    }
    return json.dumps(told, ensure_ascii=False)


def _as_words(opened: Shelf, found: Sequence[Found], sure: float) -> str:
    verdict = "I do not know" if sure < confidence.SILENT_BELOW else "This should be it"
    head = f"{verdict} (confidence {sure:.2f})."
    return "\n".join([head, *(f"  {each.id}  {opened.titles[each.id]}" for each in found[:3])])


def _table(found: Marks) -> str:
    rows = {
        "questions": f"{found.cases:,}, of which {found.silent_cases:,} without an answer",
        "accuracy@1": _figure(found.at_1),
        "accuracy@3": _figure(found.at_3),
        "MRR": _figure(found.mrr),
        "AUROC of silence": _figure(found.auroc),
        "coverage at 95 % precision": _figure(found.coverage),
    }
    return "\n".join(f"{name:28} {value}" for name, value in rows.items())


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
