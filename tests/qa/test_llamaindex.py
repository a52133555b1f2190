import asyncio
from typing import Any

import pytest
from llama_index.core import Settings

from ingest.filters import Filters
from qa.assistant import Assistant
from qa.llamaindex import ArchiveQueryEngine, ArchiveRetriever

QUESTION = "Which company runs the ferries?"


@pytest.fixture(autouse=True)
def no_llm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody may ask for an LLM: llama_index would make OpenAI's."""

    def refuse(*_: Any) -> None:
        raise AssertionError("an LLM was asked for")

    monkeypatch.setattr(type(Settings), "llm", property(refuse))


def test_the_query_engine_gives_the_answer_with_its_sources(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    response: Any = assistant.as_query_engine().query(QUESTION)
    assert str(response) == answer.text
    assert response.metadata["answer"]["asked"] == QUESTION
    shown = [*answer.citations, *(c for other in answer.others for c in other.citations)] or answer.nearest
    assert [node.node.get_content() for node in response.source_nodes] == [c.sentence for c in shown]
    for node in response.source_nodes:
        article = assistant.archive.article(node.node.ref_doc_id)
        assert article is not None
        assert article.text[node.node.start_char_idx : node.node.end_char_idx] == node.node.get_content()


def test_it_answers_without_waiting_too(assistant: Assistant) -> None:
    engine = assistant.as_query_engine()
    assert str(asyncio.run(engine.aquery(QUESTION))) == str(engine.query(QUESTION))


def test_the_retriever_gives_passages_best_first(assistant: Assistant) -> None:
    nodes = ArchiveRetriever(assistant.archive, 5).retrieve(QUESTION)
    assert len(nodes) == 5
    scores = [node.score for node in nodes]
    assert scores == sorted(scores, reverse=True)
    for node in nodes:
        article = assistant.archive.article(str(node.node.ref_doc_id))
        assert article is not None
        assert article.text[node.node.start_char_idx : node.node.end_char_idx] == node.node.get_content()


def test_both_keep_to_filters(assistant: Assistant) -> None:
    outlet, count = assistant.archive.outlets()[0]
    assert count < len(assistant.archive)
    filters = Filters((outlet,))
    for nodes in (
        ArchiveRetriever(assistant.archive, 50, filters).retrieve(QUESTION),
        ArchiveQueryEngine(assistant, filters).retrieve(QUESTION),
    ):
        assert {node.metadata["outlet"] for node in nodes} == {outlet}
    nobody = ArchiveQueryEngine(assistant, Filters(("nobody",))).query(QUESTION)
    assert nobody.source_nodes == []
