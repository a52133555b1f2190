"""Sentences cited against gold ones, on passages written here and on a few real questions."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.data.test_sets import Document, article_of
from eval.suite import Options
from eval.suites.sentences import SentencePool, best_overlap, sentences
from ingest.errors import InputError
from qa.types import ArticleRef, Citation

MILL = ["The mill stands by the river Orra .", "It was built in 1712 by Hanna Falk .", "It burned down in 1840 ."]
LAKE = "Lake Tern is 40 metres deep . Its water is cold ."


def clapnq(id_: str, question: str, chosen: list[list[str]]) -> dict[str, Any]:
    passage = {"title": "Orra Mill", "text": " ".join(MILL), "sentences": MILL}
    return {
        "id": id_,
        "input": question,
        "passages": [passage],
        "output": [{"answer": "", "selected_sentences": choice, "meta": {}} for choice in chosen],
    }


def qed(question: str, answer: str) -> dict[str, Any]:
    start = LAKE.index(answer)
    return {
        "example_id": 5,
        "title_text": "Lake Tern",
        "question_text": question,
        "paragraph_text": LAKE,
        "sentence_starts": [0, LAKE.index("Its")],
        "original_nq_answers": [[{"start": start, "end": start + len(answer), "string": answer}]],
        "annotation": {"explanation_type": "single_sentence", "selected_sentence": {"start": 0}},
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    asked = [
        clapnq("1", "who built the Orra mill", [MILL[:2], MILL]),
        clapnq("2", "what does a ticket for the opera in Valparaiso cost", [MILL[:1]]),
    ]
    lines = {"clapnq-dev-answerable.jsonl": asked, "qed-dev.jsonl": [qed("how deep is lake tern", "40 metres")]}
    for name, records in lines.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, records)) + "\n", encoding="utf-8")
    return tmp_path


def test_a_small_run(data: Path) -> None:
    result = sentences(Options(None, data, None))
    mill, opera, lake = result.rows
    assert [row.id for row in result.rows] == ["clapnq:1", "clapnq:2", "qed:5"]
    # The second sentence is cited: all of it gold; half of what the first annotator chose, a third of the other's.
    assert mill.scores == {
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3),
        "hit": 1.0,
        "answered": 1.0,
        "retrieved": 1.0,
    }
    # The articles do not say, though someone marked a sentence: refused, so there is no precision.
    assert opera.scores == {"recall": 0.0, "f1": 0.0, "hit": 0.0, "answered": 0.0, "retrieved": 1.0}
    assert (lake.scores["f1"], lake.stage) == (1.0, None)
    assert mill.stage is None
    # refused, or no span offered in the one sentence that is gold
    offered = any(item["text"] in MILL[0] for item in opera.trace["read"])
    assert opera.stage == ("wrongly refused" if offered else "not read")
    figures: Any = result.figures
    assert figures["articles"] == 2
    assert figures["clapnq"]["f1"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["clapnq"]["precision"]["value"] == 1.0
    assert figures["clapnq"]["when_answered"]["recall"]["value"] == 0.5
    assert figures["clapnq"]["stages"] == {opera.stage: 1}
    assert figures["all"]["hit"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert result.rows[0].trace["answer"]["citations"][0]["sentence"] == MILL[1]
    assert sorted(result.data) == ["clapnq-dev-answerable.jsonl", "qed-dev.jsonl"]
    assert json.loads(json.dumps(figures)) == figures


def test_an_archive_of_other_articles_is_refused(data: Path) -> None:
    with pytest.raises(InputError, match="leave --archive out"):
        sentences(Options(data / "archive", data, None))


def test_the_best_annotator_counts() -> None:
    # of {a, b}: 1/2 precise, 1/1 recalled, F1 2/3 with {a}; 1/2, 1/3, 2/5 with {a, c, d}; 0 with {e}
    assert best_overlap({"a", "b"}, [{"e"}, {"a", "c", "d"}, {"a"}]) == (0.5, 1.0, pytest.approx(2 / 3))


def test_cited_sentences_are_the_datas_own() -> None:
    text = "A cat sat . It purred . It left ."  # sentences at 0-11, 12-23 and 24-33
    document = Document("Cat", text, ((0, 11), (12, 23), (24, 33)))
    twin = Document("Cat again", text[:23], ((0, 11), (12, 23)))
    pool = SentencePool([document, twin, document])
    assert len(pool.articles) == 2
    id_ = article_of(document).id

    def cite(start: int, end: int) -> Citation:
        ref = ArticleRef(id_, "Cat", "cat.txt", None, None, None)
        return Citation(1, ref, text[start:end], start, end, text[start:end], start, end)

    assert pool.cited([cite(0, 23)]) == {"A cat sat .", "It purred ."}
    # a sentence and the first word of the next: 2 of 11 characters are not half of it
    assert pool.cited([cite(0, 14)]) == {"A cat sat ."}
    # half a sentence lies wholly in it
    assert pool.cited([cite(24, 28)]) == {"It left ."}
    outside = replace(cite(11, 12), sentence=" ")
    assert pool.cited([outside]) == {" "}
    # said by both documents
    assert [(p.article_id == id_, p.start, p.end) for p in pool.places(["It purred ."])] == [
        (True, 12, 23),
        (False, 12, 23),
    ]


@pytest.mark.slow
def test_a_few_real_questions(shared: Path) -> None:
    result = sentences(Options(None, shared / "data", 8))
    assert len(result.rows) == len({row.id for row in result.rows}) == 8
    assert {row.part for row in result.rows} == {"clapnq", "qed"}
    for row in result.rows:
        assert ("precision" in row.scores) == row.trace["answer"]["found"] == bool(row.scores["answered"])
        assert row.scores["hit"] == (row.scores["f1"] > 0)
