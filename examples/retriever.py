"""An archive in a llama-index pipeline of your own: python examples/retriever.py ARCHIVE QUESTION

Dateline finds the passages, by meaning and by words at once; a postprocessor and an LLM do the rest. The LLM here is
llama-index's stand-in, which repeats what it is given, so this prints the prompt: put yours in its place.
"""

import sys
from pathlib import Path

from llama_index.core.llms import LLM, MockLLM
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import NodeWithScore, QueryBundle

from ingest.archive import Archive
from ingest.errors import DatelineError
from qa.llamaindex import ArchiveRetriever


class NewestFirst(BaseNodePostprocessor):
    """Puts the passages of newer articles first."""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return sorted(nodes, key=lambda found: found.node.metadata["published"] or "", reverse=True)


def main(folder: Path, question: str, llm: LLM) -> None:
    """Print what the LLM makes of the five best passages."""
    with Archive.open(folder) as archive:
        engine = RetrieverQueryEngine.from_args(
            ArchiveRetriever(archive, limit=5), llm=llm, node_postprocessors=[NewestFirst()]
        )
        print(engine.query(question))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]), sys.argv[2], MockLLM())
    except DatelineError as error:
        sys.exit(str(error))
