"""The questions on Wikinews keep their promises: every place fits the stored text, and the counts are as said."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.data.paragraphs import wikinews_articles
from qa.training.metrics import normalize

QUESTIONS = Path(__file__).parents[3] / "eval" / "wikinews" / "questions.jsonl"
KINDS = {"who", "what", "when", "where", "which", "why", "how", "how many", "how much", "yes/no", "list"}
PLACE = {"url", "start", "end", "sentence_start", "sentence_end", "sentence_sha256"}


@pytest.fixture(scope="module")
def texts(shared: Path) -> dict[str, str]:
    return {article.url: article.text for article in wikinews_articles(shared / "data") if article.url}


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def test_there_are_as_many_of_each_set_as_the_readme_says(questions: list[dict[str, Any]]) -> None:
    assert Counter(q["set"] for q in questions) == {"answerable": 100, "near_miss": 40, "follow_up": 10}
    assert Counter(q["wording"] for q in questions if q["set"] == "answerable") == {"same": 50, "other": 50}
    assert Counter(q["kind"] for q in questions)["list"] == 4
    assert Counter(q["kind"] for q in questions)["yes/no"] == 4
    assert Counter(q["kind"] for q in questions)["why"] == 9


def test_fields_are_complete_and_nothing_is_asked_twice(questions: list[dict[str, Any]]) -> None:
    fields = {"id", "set", "kind", "wording", "question", "history", "answers", "evidence", "others", "about"}
    assert len({q["id"] for q in questions}) == len({q["question"] for q in questions}) == len(questions)
    for q in questions:
        assert set(q) - {"note"} == fields, q["id"]
        assert q["kind"] in KINDS, q["id"]
        assert q["question"].strip() == q["question"] != ""
        assert all(set(place) == PLACE for place in q["evidence"] + q["others"]), q["id"]
        assert (q["set"] == "follow_up") == bool(q["history"]), q["id"]
        assert len(q["history"]) <= 2
        assert all(turn["question"] and turn["answer"] for turn in q["history"]), q["id"]


def test_only_near_misses_have_no_answer(questions: list[dict[str, Any]]) -> None:
    for q in questions:
        near = q["set"] == "near_miss"
        assert near == (not q["evidence"]), q["id"]
        assert bool(q["answers"]) == (not near and q["kind"] != "yes/no"), q["id"]
        assert (q["wording"] is None) == near, q["id"]
        assert bool(q["note"]) if near else True, q["id"]
        assert not (near and q["others"]), q["id"]


def test_the_questions_are_spread_over_both_years(texts: dict[str, str], questions: list[dict[str, Any]]) -> None:
    about = {url for q in questions for url in q["about"]}
    assert about <= texts.keys()
    assert len(about) >= 90


def test_every_place_fits_the_stored_text(texts: dict[str, str], questions: list[dict[str, Any]]) -> None:
    for q in questions:
        for place in q["evidence"] + q["others"]:
            text = texts[place["url"]]
            sentence = text[place["sentence_start"] : place["sentence_end"]]
            assert hashlib.sha256(sentence.encode()).hexdigest() == place["sentence_sha256"], q["id"]
            assert place["sentence_start"] <= place["start"] < place["end"] <= place["sentence_end"], q["id"]
            assert "\n" not in sentence, q["id"]
            assert sentence == sentence.strip(), q["id"]
            words = text[place["start"] : place["end"]]
            assert words == words.strip() != "", q["id"]


def test_accepted_spellings_are_of_the_evidence(texts: dict[str, str], questions: list[dict[str, Any]]) -> None:
    """One at least stands in each question's evidence; each item of a list does."""
    for q in questions:
        if not q["answers"]:
            continue
        said = " ".join(normalize(texts[p["url"]][p["sentence_start"] : p["sentence_end"]]) for p in q["evidence"])
        held = [normalize(answer) in said for answer in q["answers"]]
        assert all(held) if q["kind"] == "list" else any(held), q["id"]


def test_other_values_differ_from_the_answer(texts: dict[str, str], questions: list[dict[str, Any]]) -> None:
    for q in questions:
        right = {normalize(answer) for answer in q["answers"]}
        right |= {normalize(texts[p["url"]][p["start"] : p["end"]]) for p in q["evidence"]}
        other = {normalize(texts[p["url"]][p["start"] : p["end"]]) for p in q["others"]}
        assert not right & other, q["id"]


def test_no_sentence_of_the_articles_is_copied(questions: list[dict[str, Any]]) -> None:
    assert max(len(answer.split()) for q in questions for answer in q["answers"]) <= 15
