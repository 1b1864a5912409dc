"""``app.py kb`` takes anybody's files, and says what is wrong with them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import main
from tests.architecture.source import TOP
from tests.knowledge.harbour import ARTICLES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [{"id": each.id, "title": each.title, "body": each.body} for each in ARTICLES]
    (tmp_path / "articles.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    assert kb(tmp_path, "index", str(tmp_path / "articles.jsonl")).exit_code == 0
    return tmp_path


def kb(folder: Path, *words: str, said: str = "") -> Result:
    place = () if words[0] == "category" else ("--in", str(folder / "kb"))
    return CliRunner().invoke(main, ["kb", *words, *place], input=said)


def written(folder: Path, name: str, *rows: object) -> str:
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    (folder / name).write_text("\n".join(lines))
    return str(folder / name)


def test_a_stream_of_questions_is_answered_line_by_line(folder: Path) -> None:
    told = kb(folder, "ask", "--json", said='forgot password\n{"question": "qqxxzz"}\n\n')
    first, second = map(json.loads, told.output.splitlines())
    assert first["ids"][0] == "password"
    assert len(first["ids"]) == len(first["scores"])
    assert first["scores"] == sorted(first["scores"], reverse=True)
    assert second == {
        "question": "qqxxzz",
        "ids": [],
        "scores": [],
        "confidence": 0.0,
        "silent": True,
    }


def test_many_questions_of_a_person_stand_above_their_answers(folder: Path) -> None:
    told = kb(folder, "ask", said="\ufeffforgot password\r\n\r\nqqxxzz\r\n").output.splitlines()
    assert told[0] == "forgot password"
    assert told[-2:] == ["qqxxzz", "I do not know (confidence 0.00)."]


def test_what_people_bring_from_anywhere_is_indexed(tmp_path: Path) -> None:
    strange = 'a "b" \\ c:d\te'
    odd = [
        {"id": 1, "title": "Refunds", "body": "Next\u2028line\u0085and\x0bmore\x00"},
        {"id": "два", "title": "Пароль забыт", "body": "Сброс пароля"},
        {"id": "三", "title": "忘记密码", "body": "重置"},
        {"id": "long", "body": "warranty " * 50_000},
        {"id": strange, "title": "\ud83d half a sign"},
    ]
    file = tmp_path / "odd.jsonl"
    file.write_bytes(("\ufeff" + "\r\n".join(map(json.dumps, odd))).encode() + b"\r\n\xff\xfe\r\n")
    told = kb(tmp_path, "index", str(file))
    assert "line 6: is not JSON" in told.output
    assert "5 indexed" in told.output
    for question, first in (
        ("refund", "1"),
        ("пароль", "два"),
        ("密码", "三"),
        ("half", strange),
    ):
        answer = json.loads(kb(tmp_path, "ask", "--json", question).output)
        assert answer["ids"][0] == first


@pytest.mark.parametrize("said", ['"\\ud83d"\n', "\x00\n", "[" * 5_000, '{"question": "\\udfff"}'])
def test_no_question_breaks_it(folder: Path, said: str) -> None:
    told = kb(folder, "ask", "--json", said=said)
    assert (told.exit_code, json.loads(told.output)["silent"]) == (0, True)


def test_a_folder_that_cannot_be_written_is_told(folder: Path) -> None:
    (folder / "file").touch()
    place = ("--in", str(folder / "file" / "kb"))
    told = CliRunner().invoke(main, ["kb", "index", str(folder / "articles.jsonl"), *place])
    assert (told.exit_code, "Not a directory" in told.output) == (1, True)


def test_a_person_may_ask_as_well(folder: Path) -> None:
    told = kb(folder, "ask", "reset", "a", "forgotten", "password")
    assert "password  Reset a forgotten password" in told.output


def test_an_evaluation_prints_all_figures(folder: Path) -> None:
    cases = written(
        folder,
        "eval.jsonl",
        {"question": "forgotten password", "expected": ["password"]},
        {"question": "capital of Mongolia", "expected": None},
    )
    told = kb(folder, "eval", cases)
    assert "accuracy@1                   1.0000" in told.output
    assert "AUROC of silence             1.0000" in told.output
    assert f"words, {len(ARTICLES)} indexed" in told.output
    figures = json.loads(kb(folder, "eval", cases, "--json").output)
    assert figures["at_1"] == figures["mrr"] == figures["coverage"] == 1.0


def test_bad_lines_are_left_out_and_told(tmp_path: Path) -> None:
    rows = written(tmp_path, "bad.jsonl", {"id": 1, "title": "A"}, "{oops", {"id": 1, "title": "B"})
    told = kb(tmp_path, "index", rows)
    assert told.exit_code == 0
    assert "line 2: is not JSON" in told.output
    assert "the id 1 stands there more than once" in told.output
    assert "1 indexed" in told.output


@pytest.mark.parametrize("command", ["index", "eval", "calibrate"])
def test_an_empty_file_is_told(folder: Path, command: str) -> None:
    told = kb(folder, command, written(folder, "empty.jsonl"))
    assert told.exit_code == 1
    assert "holds no" in told.output


def test_a_file_of_nothing_but_mistakes_is_told(folder: Path) -> None:
    told = kb(folder, "index", written(folder, "all.jsonl", *["{oops"] * 9))
    assert told.exit_code == 1
    assert "line 5" in told.output
    assert "4 more lines" in told.output
    assert kb(folder, "ask", "password").output.startswith(("This", "I do"))


def test_a_file_that_is_not_there_is_told(folder: Path) -> None:
    told = kb(folder, "index", str(folder / "nowhere.jsonl"))
    assert (told.exit_code, "No such file" in told.output) == (1, True)


def test_who_asks_before_anything_is_indexed_hears_how(tmp_path: Path) -> None:
    told = kb(tmp_path, "ask", "password")
    assert (told.exit_code, "app.py kb index FILE" in told.output) == (1, True)


def test_what_is_indexed_replaces_what_was(folder: Path) -> None:
    kb(folder, "index", written(folder, "new.jsonl", {"id": "x", "title": "Password of the day"}))
    answer = json.loads(kb(folder, "ask", "--json", "password").output)
    assert answer["ids"] == ["x"]


def test_a_folder_learns_how_sure_it_may_be(folder: Path) -> None:
    rows = [{"question": f"{each.title} now", "expected": []} for each in ARTICLES]
    rows += [{"question": "forgotten password", "expected": "password"}] * 30
    before = json.loads(kb(folder, "ask", "--json", "warranty and repair").output)
    assert kb(folder, "calibrate", written(folder, "c.jsonl", *rows)).exit_code == 0
    after = json.loads(kb(folder, "ask", "--json", "warranty and repair").output)
    assert after["confidence"] < before["confidence"]
    assert after["ids"] == before["ids"]


def test_expected_ids_that_are_not_indexed_are_named(folder: Path) -> None:
    asked = written(folder, "lost.jsonl", {"question": "refund", "expected": "nowhere"})
    assert "not in the index: 1 ids (nowhere)" in kb(folder, "eval", asked).output


def test_categories_are_learnt_from_a_file(folder: Path) -> None:
    known = written(
        folder,
        "known.jsonl",
        *[{"text": f"invoice {n}", "category": "Billing"} for n in range(5)],
        *[{"text": f"crash {n}", "category": "Technical"} for n in range(5)],
    )
    asked = written(folder, "asked.jsonl", {"text": "an invoice", "category": "Billing"})
    assert "accuracy 1.0000 of 1, 2 classes" in kb(folder, "category", known, asked).output
    told = json.loads(kb(folder, "category", known, asked, "--json").output)
    assert (told["accuracy"], told["cases"], told["learnt_from"]) == (1.0, 1, 10)
    assert "takes two categories" in kb(folder, "category", asked, asked).output


def test_the_desk_starts_without_what_knowledge_needs() -> None:
    heavy = "{'tantivy', 'numpy', 'onnxruntime', 'Stemmer'} & set(sys.modules)"
    script = f"import sys, app; sys.exit(len({heavy}))"
    assert subprocess.run([sys.executable, "-c", script], cwd=TOP, check=False).returncode == 0
