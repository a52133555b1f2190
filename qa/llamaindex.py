"""Dateline for llama-index users: a retriever, a query engine, and any of its LLMs to write.

The only file that imports llama_index. `Assistant.ask` does not come through here without an LLM: importing
llama_index takes 1.6 s, which every `dateline ask` would pay for.
"""

import asyncio
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.llms import LLM
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from ingest.archive import Archive
from ingest.errors import InputError
from ingest.filters import ALL_ARTICLES, Filters
from qa.answer.citations import article_ref
from qa.retrieve.hybrid import Candidate, retrieve
from qa.types import ArticleRef, Citation

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["ArchiveQueryEngine", "ArchiveRetriever", "LLMWriter", "load_llm"]

_EXTRA = "an LLM needs one more package: pip install 'dateline[llm]'"
_FORMS = "ollama:MODEL, openai-like:URL#MODEL or openai:MODEL"
_LONGEST_NAME = 60
_MOST_TOKENS = 500  # five sentences have some 200


class ArchiveRetriever(BaseRetriever):
    """The fused dense and keyword retrieval of an archive, as llama-index nodes, best first.

    A node's score is the fused one. Its `start_char_idx` and `end_char_idx` are offsets in the
    stored article; its metadata says which article that is.
    """

    def __init__(self, archive: Archive, limit: int = 12, filters: Filters = ALL_ARTICLES) -> None:
        """Return at most `limit` passages a query, of the articles that the filters leave."""
        super().__init__()
        self._archive = archive
        self._limit = limit
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = retrieve(self._archive, query_bundle.query_str, self._limit, self._filters)
        return [_passage_node(candidate) for candidate in found]


class ArchiveQueryEngine(BaseQueryEngine):
    """`Assistant.ask` as a llama-index query engine, without an LLM.

    The response's text is the answer's; `source_nodes` are the cited sentences (the nearest ones
    when the articles do not say); `metadata["answer"]` is the whole Answer as a dict.
    """

    def __init__(self, assistant: "Assistant", filters: Filters = ALL_ARTICLES) -> None:
        super().__init__(callback_manager=None)
        self._assistant = assistant
        self._filters = filters

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        answer = self._assistant.ask(query_bundle.query_str, filters=self._filters)
        cited = [*answer.citations, *(citation for other in answer.others for citation in other.citations)]
        nodes = [_citation_node(citation, answer.confidence) for citation in cited or answer.nearest]
        return Response(answer.text, source_nodes=nodes, metadata={"answer": answer.to_dict()})

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return await asyncio.to_thread(self._query, query_bundle)

    def retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """Return the passages found for a question; those far behind the best are not read."""
        return ArchiveRetriever(self._assistant.archive, filters=self._filters).retrieve(query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


class LLMWriter:
    """An LLM of llama-index as what writes an answer (qa/prose/writer.py). Safe for threads where the LLM is."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self.name = " ".join(str(llm.metadata.model_name).split())[:_LONGEST_NAME] or type(llm).__name__

    def write(self, rules: str, request: str) -> Iterator[str]:
        """Yield what the LLM writes as it comes; raises whatever the LLM's package raises."""
        if not self._llm.metadata.is_chat_model:
            for completion in self._llm.stream_complete(f"{rules}\n\n{request}\n\nAnswer:"):
                yield completion.delta or ""
            return
        messages = [ChatMessage(role="system", content=rules), ChatMessage(role="user", content=request)]
        for answer in self._llm.stream_chat(messages):
            yield answer.delta or ""


def load_llm(spec: str, seconds: float) -> LLM:
    """Return the LLM that a person names, with a limit for each request; nothing is asked of it yet.

    Args:
        spec: 'ollama:llama3.2' (OLLAMA_HOST says where, else this machine); 'openai-like:http://HOST:PORT/v1#MODEL',
            a server with OpenAI's API, such as llama.cpp's or vLLM's; 'openai:MODEL'. A key comes from OPENAI_API_KEY.
        seconds: How long one request may take.

    Raises:
        InputError: It is none of these, or the package for it is not installed.
    """
    kind, _, rest = spec.partition(":")
    address, _, model = rest.rpartition("#") if kind == "openai-like" else ("https://api.openai.com/v1", "", rest)
    if kind not in ("ollama", "openai-like", "openai") or not model or not address.startswith(("http://", "https://")):
        raise InputError(f"no LLM is named by {spec[:80]!r}: give {_FORMS}")
    if kind == "ollama":
        return _ollama(model, seconds)
    key = os.environ.get("OPENAI_API_KEY", "")
    if kind == "openai" and not key:
        raise InputError(f"{spec[:80]} needs a key: put it into the environment as OPENAI_API_KEY")
    try:
        from llama_index.llms.openai_like import OpenAILike
    except ImportError as error:
        raise InputError(_EXTRA) from error
    return OpenAILike(
        model=model,
        api_base=address,
        api_key=key or "none",
        is_chat_model=True,
        temperature=0.0,
        max_tokens=_MOST_TOKENS,
        timeout=seconds,
        max_retries=0,
    )


def _ollama(model: str, seconds: float) -> LLM:
    try:
        from llama_index.llms.ollama import Ollama
    except ImportError as error:
        raise InputError(_EXTRA) from error
    host = os.environ.get("OLLAMA_HOST") or "http://127.0.0.1:11434"
    return Ollama(
        model=model,
        base_url=host if "://" in host else f"http://{host}",
        temperature=0.0,
        request_timeout=seconds,
        additional_kwargs={"num_predict": _MOST_TOKENS, "num_ctx": 4096},
    )


def _passage_node(candidate: Candidate) -> NodeWithScore:
    passage = candidate.passage
    ref = article_ref(candidate.article)
    return NodeWithScore(node=_node(passage.id, passage.text, passage.start, passage.end, ref), score=candidate.score)


def _citation_node(citation: Citation, confidence: float) -> NodeWithScore:
    start, end = citation.sentence_start, citation.sentence_end
    # By the quote's place: the items of a list may stand in one sentence.
    id_ = f"{citation.article.id}@{citation.start}-{citation.end}"
    node = _node(id_, citation.sentence, start, end, citation.article)
    node.metadata |= {"number": citation.number, "quote": citation.quote}
    node.metadata |= {"quote_start": citation.start, "quote_end": citation.end}
    return NodeWithScore(node=node, score=confidence)


def _node(id_: str, text: str, start: int, end: int, article: ArticleRef) -> TextNode:
    return TextNode(
        id_=id_,
        text=text,
        start_char_idx=start,
        end_char_idx=end,
        metadata={
            "title": article.title,
            "source": article.source,
            "url": article.url,
            "published": article.published,
            "outlet": article.outlet,
        },
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article.id)},
    )
