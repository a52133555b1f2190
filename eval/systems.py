"""Another way to build the archive, to measure ours against: LlamaIndex's default path. Nothing else imports it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

import chromadb
from chromadb.config import Settings
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore
from tokenizers import Tokenizer

from ingest.article import Article
from ingest.encoder.export import default_weights

__all__ = ["Chunk", "LlamaIndexArchive"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What it retrieved: the characters `start` to `end` of an article's text, and how many words they are."""

    article_id: str
    start: int
    end: int
    words: int


class LlamaIndexArchive:
    """SentenceSplitter, HuggingFaceEmbedding, ChromaVectorStore and VectorStoreIndex, all with their defaults.

    The encoder has the weights of ours. An article is a document with its title as metadata, which LlamaIndex
    puts before each chunk that it embeds, as we put the title. There is no LLM. The defaults cut chunks of 1,024
    of their tokenizer's tokens; this encoder reads the first 256 word pieces of each.
    """

    def __init__(self, folder: Path) -> None:
        """Make an empty index in a folder.

        Raises:
            ModelError: The encoder's weights are not installed.
        """
        self._client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        store = ChromaVectorStore(chroma_collection=self._client.create_collection("articles"))
        self._embedding = HuggingFaceEmbedding(str(default_weights()), device="cpu")
        self._splitter = SentenceSplitter()
        self._storage = StorageContext.from_defaults(vector_store=store)
        self._index = VectorStoreIndex.from_vector_store(store, embed_model=self._embedding)

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()  # type: ignore[attr-defined]  # the class behind ClientAPI has it

    def add(self, articles: Sequence[Article]) -> None:
        """Split, embed and store articles."""
        VectorStoreIndex.from_documents(
            [Document(text=a.text, id_=a.id, metadata={"title": a.title}) for a in articles],
            storage_context=self._storage,
            embed_model=self._embedding,
            transformations=[self._splitter],
        )

    def chunks(self) -> list[str]:
        """Return the text of every chunk stored."""
        return list(self._client.get_collection("articles").get(include=["documents"])["documents"] or [])

    def read_share(self) -> float:
        """Return the share, in [0, 1], of the chunks' word pieces that the encoder reads before it stops."""
        tokenizer = Tokenizer.from_file(str(default_weights() / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        pieces = [len(encoding.ids) for encoding in tokenizer.encode_batch(self.chunks())]
        return sum(min(count, self._embedding.max_length) for count in pieces) / sum(pieces)

    def retrieve(self, question: str, limit: int) -> list[Chunk]:
        """Return up to `limit` chunks, best first."""
        found = self._index.as_retriever(similarity_top_k=limit).retrieve(question)
        return [_chunk(item.node) for item in found if isinstance(item.node, TextNode)]


def _chunk(node: TextNode) -> Chunk:
    """Return where a chunk stands; one whose place LlamaIndex does not know holds nothing."""
    return Chunk(node.ref_doc_id or "", node.start_char_idx or 0, node.end_char_idx or 0, len(node.text.split()))
