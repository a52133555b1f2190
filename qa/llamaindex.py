"""Dateline for llama-index users: a retriever and a query engine. The only file that imports llama_index.

`Assistant.ask` does not come through here: importing llama_index takes 1.6 s, which every `dateline ask`
would pay for.
"""

import asyncio
from typing import TYPE_CHECKING

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from ingest.archive import Archive
from ingest.filters import ALL_ARTICLES, Filters
from qa.answer.citations import article_ref
from qa.retrieve.hybrid import Candidate, retrieve
from qa.types import ArticleRef, Citation

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["ArchiveQueryEngine", "ArchiveRetriever"]


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
