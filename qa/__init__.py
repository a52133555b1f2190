"""The way out: a question becomes an answer in the articles' own words, with exact citations.

    from pathlib import Path

    from ingest.archive import Archive
    from qa import Assistant

    with Archive.open(Path("news")) as archive:
        answer = Assistant(archive).ask("Who signed the treaty?")

`Assistant` is imported when it is first asked for: numpy, onnxruntime and Chroma come with it, 0.3 s that a
`dateline --help` or whoever only reads answers need not wait for.
"""

from typing import TYPE_CHECKING

import ingest  # noqa: F401 - keeps onnxruntime, which the reader imports, from reporting to its maker
from qa.types import Answer, Citation, Turn

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["Answer", "Assistant", "Citation", "Turn"]

if not TYPE_CHECKING:  # a type checker would take every name for one that is here

    def __getattr__(name: str) -> object:
        if name != "Assistant":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from qa.assistant import Assistant

        globals()[name] = Assistant
        return Assistant
