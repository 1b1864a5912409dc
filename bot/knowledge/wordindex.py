"""The index of words: tantivy, asked term by term, so that no question is ever its query language.

One question scores by BM25 in four fields at once: stems of title and body, pairs of the title's
stems, and grams of its letters, which forgive typos. docs/knowledge.md has the measurements.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from bot.knowledge import questions, terms
from bot.knowledge.passages import Found, Passage
from bot.knowledge.questions import Question
from bot.knowledge.synonyms import Synonyms, ours

VERSION = 1  # rises with each change of what is kept: an index of another one is built anew
TITLE, BODY, PAIR, GRAM = 2.0, 1.0, 0.5, 0.15
FUZZY = 0.5  # of the weight of a word that is rare
MOST_FUZZY = 6
SHORTEST_FUZZY, SHORTEST_TWICE = 4, 8  # letters; two slips are forgiven from the second on
_HEAP = 30_000_000
_MOST_BM25 = 2.2  # k1 + 1: what a word that stands there often scores, times its rarity
_UNKNOWN = 0.5
_MARK = "mark.json"
FEW = 20
"""Among fewer passages every word is common, and no score says much: it counts as among so many."""


class WordIndex:
    """One per process and folder; without a folder it lives in memory.

    What is kept by an older version, or is damaged, is forgotten: ask `len` after opening.
    """

    def __init__(self, folder: Path | None = None, synonyms: Synonyms | None = None) -> None:
        self._folder = folder
        self.synonyms = ours() if synonyms is None else synonyms
        self._schema = _schema()
        self._index = self._opened()
        self._see()

    def add(self, passages: Iterable[Passage]) -> None:
        """Let passages be found, instead of those that had their ids."""
        by_id = {each.id: each for each in passages}
        if not by_id:
            return
        writer = self._index.writer(_HEAP, 1)
        if len(self):
            for key in by_id:
                writer.delete_documents_by_term("id", key)
        for each in by_id.values():
            writer.add_document(_document(each))
        self._end(writer)

    def remove(self, ids: Iterable[str]) -> None:
        """Let them be found no more."""
        writer = self._index.writer(_HEAP, 1)
        for each in ids:
            writer.delete_documents_by_term("id", each)
        self._end(writer)

    def clear(self) -> None:
        """Forget all."""
        writer = self._index.writer(_HEAP, 1)
        writer.delete_all_documents()
        self._end(writer)

    def save(self) -> None:
        """Nothing is left to do: each change was committed."""

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, question: str, *, limit: int = 10, only: Collection[str] | None = None
    ) -> list[Found]:
        """The best by words; none where no word is known."""
        asked = questions.understood(question, self.synonyms)
        rarity = {stem: self._rarity(stem) for stem in asked.asked}
        most = self._most(asked, rarity)
        parts = [*self._parts(asked, rarity)]
        if not parts or not most:
            return []
        hits = self._searcher.search(_within(parts, only, self._schema), limit, count=False).hits
        scale = _rarest(max(len(self), FEW)) / _rarest(len(self))
        return [
            Found(str(self._searcher.doc(place)["id"][0]), score * scale, share=score / most)
            for score, place in hits
        ]

    def _parts(self, asked: Question, rarity: Mapping[str, float]) -> Iterator[Query]:
        for stem, weight in asked.stems.items():
            yield self._term("title", stem, TITLE * weight)
            yield self._term("body", stem, BODY * weight)
        for pair in asked.pairs:
            yield self._term("pairs", pair, PAIR)
        for gram in asked.grams:
            yield self._term("grams", gram, GRAM)
        unknown = [stem for stem in asked.asked if not rarity[stem] and _may_be_slip(stem)]
        for stem in unknown[:MOST_FUZZY]:
            yield self._like("title", stem, FUZZY * TITLE)
            yield self._like("body", stem, FUZZY * BODY)

    def _term(self, field: str, term: str, weight: float) -> Query:
        found = Query.term_query(self._schema, field, term, index_option="freq")
        return Query.boost_query(found, weight)

    def _like(self, field: str, stem: str, weight: float) -> Query:
        """Words that a slip or two make of another; each counts as one that is rare."""
        slips = 2 if len(stem) >= SHORTEST_TWICE else 1
        found = Query.fuzzy_term_query(self._schema, field, stem, distance=slips)
        return Query.boost_query(found, weight * math.log(2 + len(self)) / 2)

    def _rarity(self, stem: str) -> float:
        """BM25's inverse document frequency; 0.0 for a word that stands nowhere."""
        seen = max(self._searcher.doc_freq(field, stem) for field in ("title", "body"))
        return _rarity_among(len(self), seen) if seen else 0.0

    def _most(self, asked: Question, rarity: Mapping[str, float]) -> float:
        """About what a passage would score that says the same as the question."""
        unknown = _UNKNOWN * math.log(2 * len(self) + 2)
        return sum(_MOST_BM25 * TITLE * (rarity[stem] or unknown) for stem in asked.asked)

    def _end(self, writer: tantivy.IndexWriter) -> None:
        writer.commit()
        writer.wait_merging_threads()
        self._see()

    def _see(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()

    def _opened(self) -> tantivy.Index:
        folder = self._folder
        if folder is not None and _kept_by(folder) != VERSION:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        try:
            index = tantivy.Index(self._schema, path=str(folder) if folder else None)
        except ValueError:  # damaged
            if folder is None or _kept_by(folder) != VERSION:
                raise
            (folder / _MARK).unlink()
            return self._opened()
        if folder is not None:
            (folder / _MARK).write_text(json.dumps({"version": VERSION}), "utf-8")
        by_spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("terms", by_spaces)
        return index


def _rarest(many: int) -> float:
    """The rarity of a word that stands in one of so many passages."""
    return _rarity_among(many, 1)


def _rarity_among(many: int, seen: int) -> float:
    return math.log(1 + (many - seen + 0.5) / (seen + 0.5))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in ("title", "body", "pairs", "grams"):
        builder.add_text_field(field, tokenizer_name="terms", index_option="freq")
    builder.add_text_field("marks", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _document(passage: Passage) -> tantivy.Document:
    document = tantivy.Document()
    stems = terms.stems(passage.title)
    own = [stem for each in passage.synonyms for stem in terms.stems(each)]
    document.add_text("title", " ".join([*stems, *own]))
    document.add_text("pairs", " ".join(terms.pairs(stems)))
    document.add_text("grams", " ".join(terms.grams(terms.words(passage.title))))
    document.add_text("body", " ".join(terms.stems(passage.body)))
    for mark in passage.marks:
        document.add_text("marks", mark)
    document.add_text("id", passage.id)
    return document


def _within(parts: list[Query], only: Collection[str] | None, schema: tantivy.Schema) -> Query:
    found = Query.boolean_query([(Occur.Should, part) for part in parts])
    if only is None:
        return found
    marked = [Query.term_query(schema, "marks", each, index_option="basic") for each in only]
    may_be = Query.boolean_query([(Occur.Should, each) for each in marked])
    free = Query.const_score_query(may_be, 0.0)
    return Query.boolean_query([(Occur.Must, found), (Occur.Must, free)])


def _may_be_slip(stem: str) -> bool:
    return len(stem) >= SHORTEST_FUZZY and stem.isalpha()


def _kept_by(folder: Path) -> int:
    """The version that wrote a folder, 0 where none did."""
    try:
        return int(json.loads((folder / _MARK).read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
