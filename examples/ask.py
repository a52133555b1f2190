"""Ask an archive from Python: python examples/ask.py ARCHIVE QUESTION [FOLLOW-UP...]

Prints each answer with the sentence it stands in, and the values that other articles give.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from ingest.archive import Archive
from ingest.errors import DatelineError
from qa import Answer, Assistant, Citation, Turn


def main(folder: Path, questions: Sequence[str]) -> None:
    """Ask one question after another; each is understood from those before it."""
    history: list[Turn] = []
    with Archive.open(folder) as archive:
        assistant = Assistant(archive)  # loads the reader: make one and keep it
        for question in questions:
            answer = assistant.ask(question, history)
            history.append(Turn(question, answer.text if answer.found else None))
            show(answer)


def show(answer: Answer) -> None:
    """Print an answer; that the articles do not say is one, too."""
    print(f"{answer.asked}\n{answer.text}" + (f" (as of {answer.as_of})" if answer.as_of else ""))
    for citation in answer.citations or answer.nearest:
        print(f"  {told(citation)}")
    for other in answer.others:
        print(f"{other.relation}: {other.text} (as of {other.as_of or 'an unknown day'})")
        print(f"  {told(other.citations[0])}")


def told(citation: Citation) -> str:
    """Return who says it where: `article.text[citation.start:citation.end] == citation.quote`, always."""
    article = citation.article
    return f"[{citation.number}] {citation.sentence} - {article.outlet}, {article.published}: {article.title}"


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]), sys.argv[2:])
    except DatelineError as error:  # whatever a person can mend, in one line
        sys.exit(str(error))
