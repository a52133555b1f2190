"""The programs in examples/ run as they stand, on the sample archive, and print what they say they print."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.llamaindex import ArchiveRetriever
from qa.types import Turn

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.py"))
QUESTION = "Who won the Corvana mayoral election?"

pytestmark = pytest.mark.slow


def run(example: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, ROOT / "examples" / f"{example}.py", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def printed(example: str, *arguments: str | Path) -> str:
    done = run(example, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_ask_prints_the_answers_of_a_chat_with_their_sentences(assistant: Assistant, sample_dir: Path) -> None:
    asked = [QUESTION, "By how many votes?", "Who discovered penicillin?"]
    lines = printed("ask", sample_dir, *asked).splitlines()
    history: list[Turn] = []
    for question in asked:
        answer = assistant.ask(question, history)
        history.append(Turn(question, answer.text if answer.found else None))
        assert lines.pop(0) == answer.asked
        assert lines.pop(0).startswith(answer.text)
        for citation in answer.citations or answer.nearest:
            line = lines.pop(0)
            assert " ".join(citation.sentence.split()) in " ".join(line.split())
            assert citation.article.title in line
        for other in answer.others:
            assert lines.pop(0).startswith(f"{other.relation}: {other.text} (as of ")
            assert other.citations[0].article.title in lines.pop(0)
    assert lines == []


def test_query_engine_prints_the_answer_and_what_it_cites(assistant: Assistant, sample_dir: Path) -> None:
    text, *sources = printed("query_engine", sample_dir, QUESTION).splitlines()
    answer = assistant.ask(QUESTION)
    assert text == answer.text
    cited = [*answer.citations, *(c for other in answer.others for c in other.citations)] or answer.nearest
    assert [line.split()[0] for line in sources] == [citation.article.id for citation in cited]
    for line, citation in zip(sources, cited, strict=True):
        assert line.endswith(citation.sentence)


def test_retriever_gives_the_llm_our_passages_the_newest_first(assistant: Assistant, sample_dir: Path) -> None:
    prompt = printed("retriever", sample_dir, QUESTION)
    assert f"Query: {QUESTION}" in prompt
    found = ArchiveRetriever(assistant.archive, 5).retrieve(QUESTION)
    assert len(found) == 5
    for node in found:
        assert node.get_content().strip() in prompt
    days = re.findall(r"^published: (.*)$", prompt, re.MULTILINE)
    assert sorted(days) == sorted(str(node.metadata["published"]) for node in found)
    known = [day for day in days if day != "None"]
    assert known == sorted(known, reverse=True)
    assert days[: len(known)] == known


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_tells_in_a_line_what_a_person_can_mend(example: str, tmp_path: Path) -> None:
    nowhere = run(example, tmp_path / "nowhere", QUESTION)
    assert nowhere.returncode == 1
    assert str(tmp_path / "nowhere") in nowhere.stderr
    assert nowhere.stderr.count("\n") == 1
    unasked = run(example)
    assert unasked.returncode == 1
    assert f"python examples/{example}.py ARCHIVE QUESTION" in unasked.stderr
