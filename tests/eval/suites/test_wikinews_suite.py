"""The wikinews suite: on two files of articles written here, and a short run on the real ones."""

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.report.published import render
from eval.suite import Options, Result
from eval.suites.wikinews import Spot, WikinewsQuestion, ask_questions, load_wikinews, wikinews
from ingest.errors import InputError
from qa.types import Turn

BRIDGE = "https://news.example/bridge"
MILL = "https://news.example/mill"
LATER = "https://news.example/bridge-later"
TEXTS = {
    BRIDGE: (
        "2019-03-04",
        "Bridge over the Orne opens",
        "The new bridge over the Orne was opened on Monday by Mayor Hanna Falk. It cost 40 million crowns, the town "
        "said.\n\nThe bridge is 312 metres long and was built by the firm Tarn and Sons. Before, people took a ferry.",
    ),
    MILL: (
        "2020-05-06",
        "Old mill at Lake Tern burns down",
        "The old mill at Lake Tern burned down on Tuesday night. The watchman Pehr Lind was hurt. The fire began in "
        "the grain loft, the police said, after a lamp fell over.",
    ),
    LATER: (
        "2020-07-08",
        "Orne bridge was dearer than said",
        "The bridge over the Orne cost 55 million crowns, auditors of the town found on Wednesday.",
    ),
}


def spot(url: str, sentence: str, words: str) -> Spot:
    text = TEXTS[url][2]
    begin = text.index(sentence)
    start = text.index(words, begin)
    sha256 = hashlib.sha256(sentence.encode()).hexdigest()
    return Spot(url, start, start + len(words), begin, begin + len(sentence), sha256)


def question(number: str, text: str, evidence: tuple[Spot, ...] = (), **changed: Any) -> WikinewsQuestion:
    kind = "answerable" if evidence else "near_miss"
    wording = "same" if evidence else None
    return replace(WikinewsQuestion(number, kind, "who", wording, text, (), (), evidence, ()), **changed)


OPENED = spot(BRIDGE, "The new bridge over the Orne was opened on Monday by Mayor Hanna Falk.", "Hanna Falk")
LONG = spot(BRIDGE, "The bridge is 312 metres long and was built by the firm Tarn and Sons.", "312 metres")
AUDITED = "The bridge over the Orne cost 55 million crowns, auditors of the town found on Wednesday."
DEARER = spot(LATER, AUDITED, "55 million crowns")
CHEAPER = spot(BRIDGE, "It cost 40 million crowns, the town said.", "40 million crowns")
HURT = spot(MILL, "The watchman Pehr Lind was hurt.", "Pehr Lind")
QUESTIONS = [
    question("a1", "Who opened the new bridge over the Orne?", (OPENED,)),
    question("a2", "How long is the bridge over the Orne?", (LONG,), kind="how", wording="other"),
    question(
        "a3",
        "How much did the bridge over the Orne cost?",
        (DEARER,),
        kind="how much",
        others=(CHEAPER,),
        answers=("55 million",),
    ),
    question("a4", "Was anyone hurt when the old mill burned down?", (HURT,), kind="yes/no"),
    question("n1", "Which insurance company paid for the opera house in Valparaiso?"),
    question(
        "f1",
        "And who was hurt?",
        (HURT,),
        set="follow_up",
        history=(Turn("What burned down at Lake Tern?", "the old mill"),),
    ),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for year in ("2019", "2020"):
        with (folder / f"wikinews-{year}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["url", "date", "title", "text"])
            rows.writerows([url, *row] for url, row in TEXTS.items() if row[0].startswith(year))
    return folder


@pytest.fixture(scope="module")
def result(data: Path) -> Result:
    return ask_questions(QUESTIONS, Options(None, data, None))


def test_both_files_are_asked_and_hashed(result: Result) -> None:
    assert result.figures["articles"] == 3
    assert set(result.data) == {"wikinews-2019.csv", "wikinews-2020.csv", "questions"}
    assert set(result.models) == {"reader", "encoder"}


def test_every_question_has_a_row_in_its_part(result: Result) -> None:
    assert [(row.id, row.part) for row in result.rows] == [
        ("a1", "same words"),
        ("a2", "other words"),
        ("a3", "same words"),
        ("a4", "same words"),
        ("n1", "near miss"),
        ("f1", "follow-up"),
    ]


def test_the_words_at_a_place_are_the_answer(result: Result) -> None:
    rows = {row.id: row for row in result.rows}
    assert rows["a1"].gold["answers"] == ["Hanna Falk"]
    assert rows["a3"].gold["answers"] == ["55 million crowns", "55 million"]
    assert [other["text"] for other in rows["a3"].gold["others"]] == ["40 million crowns"]
    assert rows["a4"].gold["answers"] == ["The watchman Pehr Lind was hurt."]
    assert rows["a1"].trace["answer"]["text"].endswith("Hanna Falk")
    for name in ("correct", "sentence", "retrieved", "read", "best_right"):
        assert rows["a1"].scores[name] == 1, name
    assert rows["a1"].stage is None


def test_the_scores_are_those_of_the_kind(result: Result) -> None:
    rows = {row.id: row for row in result.rows}
    assert rows["n1"].scores.keys() == {"exact", "answered"}
    assert "em" not in rows["a4"].scores
    assert {"stale", "surfaced"} <= rows["a3"].scores.keys()
    assert "follow_up" in rows["f1"].scores
    assert rows["f1"].trace["asked"] != "And who was hurt?"  # it was asked with its history


def test_the_figures_are_over_their_own_rows(result: Result) -> None:
    figures = json.loads(json.dumps(result.figures))
    rows = {row.id: row.scores for row in result.rows}
    assert [figures[part]["n"] for part in ("all", "same", "other")] == [4, 3, 1]
    assert figures["all"]["correct"]["value"] == sum(rows[id_]["correct"] for id_ in ("a1", "a2", "a3", "a4")) / 4
    assert figures["other"]["correct"]["value"] == rows["a2"]["correct"]
    assert figures["near_misses"] == {"n": 1, "answered": {**dict.fromkeys(("value", "low", "high"), 0.0)}}
    assert figures["follow_ups"]["n"] == 1
    assert figures["differing"]["n"] == 1
    assert figures["citations"]["exact"]["value"] == 1
    assert figures["confidence"]["n"] == 5
    for name in ("separation", "calibration_error"):
        found = figures["confidence"][name]
        assert 0 <= found["low"] <= found["value"] <= found["high"] <= 1
    sure = {row.id: row.trace["answer"]["confidence"] for row in result.rows}
    above = [sure[id_] > sure["n1"] for id_ in ("a1", "a2", "a3", "a4")]
    assert figures["confidence"]["separation"]["value"] == sum(above) / 4


def test_it_is_the_first_of_the_published_tables(result: Result) -> None:
    gold = json.loads((Path(__file__).parents[3] / "eval" / "figures.json").read_text(encoding="utf-8"))["gold"]
    text = render({"gold": gold, "wikinews": result.figures})
    assert text.startswith("`python -m eval wikinews`: questions on 3 real news articles")
    assert "\n| questions with an answer | 4 | 3 | 1 |\n" in text
    assert text.index("eval wikinews") < text.index("eval gold")
    assert {line.count("|") for line in text[: text.index("`python -m eval gold`")].splitlines() if "|" in line} == {5}


def test_a_shifted_text_is_told_before_anything_is_asked(data: Path) -> None:
    shifted = replace(QUESTIONS[1], evidence=(replace(LONG, sentence_start=LONG.sentence_start + 1),))
    with pytest.raises(InputError, match=r"question a2: .*news\.example/bridge .*another text") as told:
        ask_questions([QUESTIONS[0], shifted], Options(None, data, None))
    assert len(str(told.value).splitlines()) == 1
    other = replace(QUESTIONS[2], others=(replace(CHEAPER, sha256="0" * 64),))
    with pytest.raises(InputError, match="question a3"):
        ask_questions([other], Options(None, data, None))


def test_an_article_that_is_not_there_is_told(data: Path) -> None:
    gone = replace(QUESTIONS[0], evidence=(replace(OPENED, url="https://news.example/gone"),))
    with pytest.raises(InputError, match=r"question a1: https://news\.example/gone is not in"):
        ask_questions([gone], Options(None, data, None))


def test_no_data_and_another_archive_are_told(tmp_path: Path, data: Path) -> None:
    with pytest.raises(InputError, match=r"wikinews-2019\.csv"):
        wikinews(Options(None, tmp_path, None))
    with pytest.raises(InputError, match="--archive"):
        wikinews(Options(tmp_path, data, None))
    bad = tmp_path / "questions.jsonl"
    bad.write_text('{"id": "a1"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"questions\.jsonl"):
        load_wikinews(bad)


@pytest.mark.slow
def test_a_short_run_on_the_real_articles(shared: Path) -> None:
    result = wikinews(Options(None, shared / "data", 15))
    assert result.figures["articles"] == 295
    assert len(result.rows) == len({row.id for row in result.rows}) == 15
    assert {row.part for row in result.rows} == {"same words", "other words", "near miss", "follow-up"}
    assert result.figures["citations"]["exact"]["value"] == 1
    for row in result.rows:
        assert bool(row.gold["answers"]) == (row.part != "near miss")
        assert row.gold["near_miss"] == (row.part == "near miss")
