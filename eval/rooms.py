"""python -m eval.rooms: how much `qa` is, and how often one question looks up again what was known.

    patterns, lines, longest signature   of the source, qa/training left out
    cut                                  how often the passage that is cut most often is cut into sentences in one ask
    fetched                              how many articles are fetched whole in one ask

The last two are the most over some gold questions, asked of the sample articles; the questions of a chat among them.
"""

import ast
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

from eval.pool import fresh_archive
from eval.suite import spread
from eval.suites.gold import GOLD, load_gold
from ingest.archive.queries import Catalogue
from ingest.passages import sentence_spans
from ingest.sources import read_articles
from qa.assistant import Assistant

__all__ = ["calls_of", "main", "source_figures"]

_QA = Path(__file__).parents[1] / "qa"
_QUESTIONS = 40


def source_figures(folder: Path) -> dict[str, int]:
    """Return how many patterns the modules below a folder compile, their lines, and their longest signature."""
    modules = [path for path in sorted(folder.rglob("*.py")) if "training" not in path.relative_to(folder).parts]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {
        "patterns": sum(isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile" for node in nodes),
        "lines": sum(len(path.read_text(encoding="utf-8").splitlines()) for path in modules),
        "longest signature": max((_arguments(node) for node in nodes if isinstance(node, ast.FunctionDef)), default=0),
    }


def _arguments(function: ast.FunctionDef) -> int:
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


@contextmanager
def calls_of(*functions: CodeType) -> Iterator[dict[CodeType, list[object]]]:
    """Give the first argument of every call of each function, in this thread and those that start meanwhile."""
    seen: dict[CodeType, list[object]] = {function: [] for function in functions}

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in seen:
            names = [name for name in frame.f_code.co_varnames[: frame.f_code.co_argcount] if name != "self"]
            seen[frame.f_code].append(frame.f_locals[names[0]])

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures, a line each. Return the exit status."""
    limit = int((arguments or sys.argv[1:] or [str(_QUESTIONS)])[0])
    for name, number in source_figures(_QA).items():
        print(f"{name:<20}{number:>6,}")
    cut = fetched = 0
    cutting, fetching = sentence_spans.__code__, Catalogue.article.__code__
    with fresh_archive(read_articles(str(GOLD / "articles"))) as archive, calls_of(cutting, fetching) as calls:
        assistant = Assistant(archive, "fast")
        for question in spread(load_gold(), limit):
            assistant.ask(question.question, question.history)
            cut = max(cut, *Counter(calls[cutting]).values(), 0)
            fetched = max(fetched, len(calls[fetching]))
            for made in calls.values():
                made.clear()
    print(f"{'cut':<20}{cut:>6,}\n{'fetched':<20}{fetched:>6,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
