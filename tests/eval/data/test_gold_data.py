"""The gold data keeps its own promises: verbatim evidence, enough of every sort, one split a story."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from eval.suites.gold import FORMS
from ingest.article import Article
from ingest.sources import read_articles

GOLD = Path(__file__).parents[3] / "eval" / "gold"
KINDS = {"who", "what", "when", "where", "why", "how", "how many", "how much", *FORMS}


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    items = list(read_articles(str(GOLD / "articles")))
    failed = [item for item in items if not isinstance(item, Article)]
    assert failed == []
    return {item.title: item for item in items if isinstance(item, Article)}


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    lines = (GOLD / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_article_is_read_under_its_own_title(articles: dict[str, Article]) -> None:
    files = [path for path in (GOLD / "articles").iterdir() if path.suffix not in {".csv", ".jsonl"}]
    records = json_lines("archive-export.jsonl") + 7  # briefs.csv holds seven
    assert len(articles) == len(files) + records


def json_lines(name: str) -> int:
    return len((GOLD / "articles" / name).read_text(encoding="utf-8").splitlines())


def test_the_archive_is_as_varied_as_it_says(articles: dict[str, Article]) -> None:
    outlets = {a.outlet for a in articles.values() if a.outlet}
    assert len(articles) >= 24
    assert len(outlets) >= 6
    assert {Path(a.source).suffix for a in articles.values()} == {".md", ".html", ".txt", ".csv", ".jsonl"}


def test_every_article_but_the_tide_mill_is_dated(articles: dict[str, Article]) -> None:
    undated = [a.source for a in articles.values() if a.published is None]
    assert undated == ["tidal-mill-at-pennick-sands.txt"]
    for article in articles.values():
        assert article.published is None or re.fullmatch(r"202[3-6]-\d\d-\d\d", article.published)
        named = re.match(r"(\d{4}-\d\d-\d\d)-", article.source)
        assert named is None or article.published == named[1], article.source


@pytest.mark.parametrize(
    "furniture",
    [
        "partners store information",
        "Read next",
        "morning letter",
        "Skip to main",
        "Report a comment",
        "Text size",
        "free articles left",
        "Advertisement",
        "Grumbler",
        "Loading",
        "All rights reserved",
    ],
)
def test_page_furniture_is_dropped(articles: dict[str, Article], furniture: str) -> None:
    assert [a.source for a in articles.values() if furniture in a.text] == []


def test_ids_are_unique_and_fields_complete(questions: list[dict[str, Any]]) -> None:
    assert len({q["id"] for q in questions}) == len(questions)
    fields = {"id", "split", "story", "kind", "question", "history", "answers", "evidence", "others"}
    for q in questions:
        assert set(q) - {"note"} == fields | {"answerable", "near_miss"}, q["id"]
        assert q["kind"] in KINDS, q["id"]
        assert q["question"].strip() == q["question"] != ""
        assert all(turn["question"] and turn["answer"] for turn in q["history"]), q["id"]


def test_no_question_is_asked_twice(questions: list[dict[str, Any]]) -> None:
    asked = [(q["question"], json.dumps(q["history"])) for q in questions]
    assert len(set(asked)) == len(asked)


def test_evidence_is_verbatim_and_holds_an_answer(
    articles: dict[str, Article], questions: list[dict[str, Any]]
) -> None:
    for q in questions:
        for item in q["evidence"]:
            assert item["sentence"] in articles[item["article"]].text, (q["id"], item)
            low = item["sentence"].lower()
            assert any(answer.lower() in low for answer in q["answers"]), (q["id"], item["sentence"])


def test_answers_stand_in_the_evidence(questions: list[dict[str, Any]]) -> None:
    for q in questions:
        for answer in q["answers"]:
            assert any(answer in item["sentence"] for item in q["evidence"]), (q["id"], answer)


def test_differing_values_are_verbatim_and_differ(
    articles: dict[str, Article], questions: list[dict[str, Any]]
) -> None:
    for q in questions:
        for item in q["others"]:
            assert item["text"] in articles[item["article"]].text, (q["id"], item)
            assert item["text"] not in q["answers"], q["id"]


def test_the_newest_value_is_the_answer(articles: dict[str, Article], questions: list[dict[str, Any]]) -> None:
    """Where a question is about the present, no differing value is younger than the answer."""
    present = re.compile(r"\b(remain|now|currently|at present|is|are|these days|going to)\b")
    for q in questions:
        if not q["others"] or not present.search(q["question"]):
            continue
        newest = max(articles[item["article"]].published or "" for item in q["evidence"])
        assert all((articles[item["article"]].published or "") <= newest for item in q["others"]), q["id"]


def test_unanswerable_questions_have_no_answer(questions: list[dict[str, Any]]) -> None:
    for q in questions:
        assert q["answerable"] == bool(q["answers"]) == bool(q["evidence"]), q["id"]
        assert q["answerable"] or not q["others"], q["id"]
        assert not (q["near_miss"] and q["answerable"]), q["id"]


def test_there_is_enough_of_every_sort(questions: list[dict[str, Any]]) -> None:
    unanswerable = [q for q in questions if not q["answerable"]]
    assert len(questions) >= 120
    assert len(unanswerable) >= 30
    assert sum(q["near_miss"] for q in unanswerable) >= 15
    assert sum(not q["near_miss"] for q in unanswerable) >= 15
    assert sum(bool(q["history"]) for q in questions) >= 14
    assert sum(bool(q["others"]) for q in questions) >= 16
    assert sum(q["kind"] in {"why", "how"} and q["answerable"] for q in questions) >= 15
    for kind, enough in zip(FORMS, (12, 10, 8), strict=True):
        assert sum(q["kind"] == kind for q in questions) >= enough, kind


def test_the_answers_of_a_form_are_what_the_readme_says(questions: list[dict[str, Any]]) -> None:
    for q in questions:
        if q["kind"] in {"yes/no", "summary"}:
            assert q["answers"] == list(dict.fromkeys(item["sentence"] for item in q["evidence"])), q["id"]
        if q["kind"] == "list" and q["answerable"]:
            assert len(q["answers"]) >= 2, q["id"]


def test_a_story_is_wholly_in_one_split(questions: list[dict[str, Any]]) -> None:
    splits: dict[str, set[str]] = defaultdict(set)
    for q in questions:
        if q["story"] != "off-topic":
            splits[q["story"]].add(q["split"])
    assert all(len(names) == 1 for names in splits.values())
    share = sum(q["split"] == "dev" for q in questions) / len(questions)
    assert 0.4 <= share <= 0.6


def test_one_story_is_told_by_two_outlets_in_nearly_the_same_words(articles: dict[str, Article]) -> None:
    agency = articles["Aldermark hands over half of Camp Tarrow as Qasara mission shrinks again"]
    paper = articles["Aldermark gives up half of Camp Tarrow as Qasara mission shrinks further"]
    ours, theirs = set(agency.text.split("\n\n")), set(paper.text.split("\n\n"))
    assert agency.outlet != paper.outlet
    assert len(ours & theirs) >= 0.7 * len(ours)
    assert ours != theirs
