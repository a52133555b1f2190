"""An archive as a llama-index query engine, without an LLM: python examples/query_engine.py ARCHIVE QUESTION

The response's text is the answer in an article's words; its source nodes are the sentences cited.
"""

import sys
from pathlib import Path

from ingest.archive import Archive
from ingest.errors import DatelineError
from qa import Assistant


def main(folder: Path, question: str) -> None:
    """Print the response, and each source with its place in the article."""
    with Archive.open(folder) as archive:
        engine = Assistant(archive).as_query_engine()
        response = engine.query(question)
        print(response)
        for source in response.source_nodes:
            node = source.node
            print(f"  {node.ref_doc_id} {node.metadata['published']} {node.metadata['title']}: {node.get_content()}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]), sys.argv[2])
    except DatelineError as error:
        sys.exit(str(error))
