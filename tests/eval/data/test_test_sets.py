"""The loaders, on records written here in each set's format, and on the real files."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.data.test_sets import (
    Document,
    Loaded,
    article_of,
    load_clapnq,
    load_mtrag,
    load_qed,
    load_ramdocs,
    load_timeqa,
)
from ingest.archive import Archive
from ingest.errors import InputError
from ingest.pipeline import add_articles
from qa.types import Turn


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def clapnq(id_: str, sentences: list[str], *chosen: list[str]) -> dict[str, object]:
    passage = {"title": "Mill", "text": " ".join(sentences), "sentences": sentences}
    output = [{"answer": "", "selected_sentences": choice, "meta": {}} for choice in chosen]
    return {"id": id_, "input": "who built it", "passages": [passage], "output": output}


def test_clapnq_gives_each_annotators_sentences(tmp_path: Path) -> None:
    first, second, third = "It stands .", "Monks built it .", "It stands ."
    path = write(
        tmp_path / "clapnq-dev-answerable.jsonl",
        clapnq("1", [first, second, third], [second], [], [first, second]),
        clapnq("2", [first], []),
    )
    loaded = load_clapnq(tmp_path, "answerable")
    assert (loaded.name, loaded.sha256) == (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    (question,) = loaded.items  # nobody chose a sentence for the second
    assert question.gold == (frozenset({1}), frozenset({0, 1}))
    # 'It stands .' is 11 characters long, 'Monks built it .' 16, with one space between
    assert question.document.sentences == ((0, 11), (12, 28), (29, 40))


def test_unanswerable_clapnq_has_no_gold(tmp_path: Path) -> None:
    write(tmp_path / "clapnq-dev-unanswerable.jsonl", clapnq("3", ["It stands ."], []))
    assert [(q.id, q.gold) for q in load_clapnq(tmp_path, "unanswerable").items] == [("3", ())]


def qed(id_: int, kind: str, start: int | None) -> dict[str, Any]:
    note: dict[str, Any] = {"explanation_type": kind}
    if start is not None:
        note["selected_sentence"] = {"start": start, "end": 99, "string": ""}
    pieces = [{"start": 0, "end": 4, "string": "Ada "}, {"start": 8, "end": 11, "string": "Bea"}]
    return {
        "example_id": id_,
        "title_text": "Two  people",
        "question_text": "who came",
        "paragraph_text": "Ada and Bea came . They left .",
        "sentence_starts": [0, 19],
        "original_nq_answers": [pieces, pieces[1:]],
        "annotation": note,
    }


def test_qed_keeps_questions_with_a_supporting_sentence(tmp_path: Path) -> None:
    write(tmp_path / "qed-dev.jsonl", qed(-7, "single_sentence", 19), qed(8, "multi_sentence", None))
    (question,) = load_qed(tmp_path).items
    assert (question.id, question.gold) == ("-7", (frozenset({1}),))
    assert question.document == Document("Two people", "Ada and Bea came . They left .", ((0, 18), (19, 30)))
    assert question.answers == ("Ada and Bea", "Bea")


def mtrag(speakers: list[str]) -> dict[str, object]:
    return {
        "task_id": "t<::>2",
        "answerability": ["UNDERSPECIFIED"],
        "input": [{"speaker": speaker, "text": f"turn {n}"} for n, speaker in enumerate(speakers)],
        "contexts": [
            {"document_id": "1", "text": "\nWith none."},
            {"document_id": "2", "title": "A\n title", "text": "With one."},
        ],
    }


def test_mtrag_gives_the_turns_before_the_last(tmp_path: Path) -> None:
    write(tmp_path / "mtrag-un.jsonl", mtrag(["user", "agent", "user"]), mtrag(["user"]))
    first, second = load_mtrag(tmp_path).items
    assert (first.question, first.history, first.kind) == ("turn 2", (Turn("turn 0", "turn 1"),), "underspecified")
    assert first.contexts == (Document("Untitled", "With none."), Document("A title", "With one."))
    assert (second.question, second.history) == ("turn 0", ())


def test_ramdocs_are_numbered_by_line(tmp_path: Path) -> None:
    record = {
        "question": "How many?",
        "documents": [{"text": "Six.", "type": "correct", "answer": "6"}],
        "disambig_entity": ["It"],
        "gold_answers": ["6"],
        "wrong_answers": ["7"],
    }
    write(tmp_path / "ramdocs.jsonl", record, record)
    first, second = load_ramdocs(tmp_path).items
    assert (first.id, second.id) == ("1", "2")
    assert (first.gold, first.wrong, first.sources[0].kind) == (("6",), ("7",), "correct")
    assert first.sources[0].document.text == "Six."


def test_timeqa_places_are_in_the_whole_page(tmp_path: Path) -> None:
    marked = [{"para": 1, "from": 3, "end": 7, "answer": "Lund"}]
    none = [{"para": 0, "from": 0, "end": 0, "answer": ""}]
    page = {"index": "/wiki/Ada#P1", "paras": ["Ada", "In Lund ."], "questions": [["Where?", marked], ["Who?", none]]}
    (tmp_path / "timeqa-human-test.json").write_text(json.dumps([page]), encoding="utf-8")
    (loaded,) = load_timeqa(tmp_path).items
    assert loaded.document == Document("Ada", "Ada\n\nIn Lund .")
    first, second = loaded.questions
    assert (first.id, first.answers, first.places) == ("/wiki/Ada#P1:1", ("Lund",), ((8, 12),))
    assert (second.id, second.answers, second.places) == ("/wiki/Ada#P1:2", (), ())


LOADERS: list[tuple[str, Callable[[Path], Loaded[Any]]]] = [
    ("clapnq-dev-answerable.jsonl", lambda data: load_clapnq(data, "answerable")),
    ("clapnq-dev-unanswerable.jsonl", lambda data: load_clapnq(data, "unanswerable")),
    ("qed-dev.jsonl", load_qed),
    ("mtrag-un.jsonl", load_mtrag),
    ("ramdocs.jsonl", load_ramdocs),
    ("timeqa-human-test.json", load_timeqa),
]


@pytest.mark.parametrize(("name", "load"), LOADERS)
def test_a_file_that_is_missing_or_another_is_told_in_one_line(
    tmp_path: Path, name: str, load: Callable[[Path], Loaded[Any]]
) -> None:
    with pytest.raises(InputError, match=rf"{name}.*--data"):
        load(tmp_path)
    for content in (b'{"id": 1}', b'[{"id": 1}]', b"not JSON", b"\xff\xfe", b"[1]"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=rf"{name}.*format.*fetch") as told:
            load(tmp_path)
        assert "\n" not in str(told.value)


def test_speakers_out_of_turn_are_told(tmp_path: Path) -> None:
    write(tmp_path / "mtrag-un.jsonl", mtrag(["user", "agent", "user"]), mtrag(["user", "user", "agent"]))
    with pytest.raises(InputError, match="line 2"):
        load_mtrag(tmp_path)


def test_the_archive_keeps_every_character(archive_dir: Path) -> None:
    document = Document("Odd spaces", "One  .\tTwo ``x'' .\r\n\n\nThree\u00a0.")
    article = article_of(document)
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [article, article_of(document)])
        assert len(archive) == 1
        assert archive.article(article.id) == article
    assert article.text == document.text


@pytest.mark.parametrize(("name", "load"), LOADERS)
def test_the_real_files_load(shared: Path, name: str, load: Callable[[Path], Loaded[Any]]) -> None:
    loaded = load(shared / "data")
    ids = [item.id for item in loaded.items if hasattr(item, "id")] or [
        question.id for page in loaded.items for question in page.questions
    ]
    assert len(set(ids)) == len(ids) > 200


def test_the_real_places_hold_the_answers(shared: Path) -> None:
    """TimeQA gives both the place and the words, CLAPNQ and QED sentences and where they start."""
    for page in load_timeqa(shared / "data").items:
        for question in page.questions:
            assert [page.document.text[start:end] for start, end in question.places] == list(question.answers)
    for asked in load_clapnq(shared / "data", "answerable").items:
        assert all(0 <= place < len(asked.document.sentences) for choice in asked.gold for place in choice)
