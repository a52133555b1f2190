"""That nothing learned from holds a test question: on the real sets, and with one planted."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.overlap import overlap
from eval.run import main
from qa.training.overlap import TEST_ONLY

RUN = 20
FEW = 20  # titles, and paragraphs of each


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(tokens: list[str]) -> Iterator[tuple[str, ...]]:
    """Every RUN words in a row."""
    return zip(*(tokens[start:] for start in range(RUN)), strict=False)


@pytest.mark.slow
def test_no_test_question_or_paragraph_is_learned_from(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["overlap", "--data", str(shared / "data"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["found"] == 0
    assert found["also_in_wikinews"] == 0
    assert found["train_questions"] > 60_000


@pytest.mark.slow
def test_a_planted_question_and_a_planted_paragraph_are_found(shared: Path, tmp_path: Path) -> None:
    """squad2-half-dev is what threshold and weights are fitted on: two titles of it get text of XQuAD-32.

    Of the other sets that are learned from a little is enough: the test above has looked through them.
    """
    data = tmp_path / "data"
    shutil.copytree(shared / "data", data)
    data.chmod(0o755)
    for path in data.glob("*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        if path.name not in {*TEST_ONLY, "squad2-half-dev.json", "xquad-en.json"} and "data" in content:
            path.chmod(0o644)
            few = [{**title, "paragraphs": title["paragraphs"][:FEW]} for title in content["data"][:FEW]]
            path.write_text(json.dumps({**content, "data": few}), encoding="utf-8")
    fitted: dict[str, Any] = json.loads((data / "squad2-half-dev.json").read_text(encoding="utf-8"))
    titles = {article["title"] for article in fitted["data"]}
    test = json.loads((data / "xquad-en.json").read_text(encoding="utf-8"))["data"]
    paragraph = next(article for article in test if article["title"] not in titles)["paragraphs"][0]
    first, second = fitted["data"][0]["paragraphs"][0], fitted["data"][1]["paragraphs"][0]
    first["qas"][0]["question"] = paragraph["qas"][0]["question"].upper()
    second["context"] = paragraph["context"]
    second["qas"] = [{"id": "planted", "question": "Is it planted?", "answers": [], "is_impossible": True}]
    (data / "squad2-half-dev.json").chmod(0o644)
    (data / "squad2-half-dev.json").write_text(json.dumps(fitted), encoding="utf-8")
    found = overlap(data)
    assert found["found"] == 2
    assert found["by_set"] == {"squad2-half-dev": 2}


@pytest.mark.slow
def test_long_runs_of_words_are_not_shared_either(shared: Path) -> None:
    """Another way to look, with none of the check's code: twenty words in a row of a test set, in a train passage."""
    from qa.training.overlap import TestText, drop_overlap, test_texts
    from qa.training.sources import load_questions

    data = shared / "data"
    trained, _ = drop_overlap(load_questions(data, seed=0), TestText(test_texts(data)))
    tests = {run for name in TEST_ONLY for run in runs(words((data / name).read_text(encoding="utf-8")))}
    shared_runs = set()
    for text in {question.passage for question in trained}:
        shared_runs |= tests.intersection(runs(words(text)))
    assert len(shared_runs) < 100, sorted(shared_runs)[:3]
