"""How much nearer an LLM's question must be than the rules' to be searched for: `python -m eval.tune_followups`.

On turns of CANARD that eval/suites/followups.py does not report on, with people's rewrites in the LLM's place, and with
the follow-ups as they stand, which is how a bad LLM leaves them. Prints a JSON object for each margin.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.data.followups import FollowUp, canard
from eval.pool import fresh_archive
from eval.suite import spread
from eval.suites.followups import CANARD_TURNS, found_articles, rank_of
from ingest.archive import Archive
from qa.question.rewrite import resolve

__all__ = ["main"]

_MARGINS = (-0.1, 0.0, 0.03, 0.05, 0.1, 0.15)


def sweep(archive: Archive, turns: Sequence[FollowUp]) -> Iterator[dict[str, Any]]:
    """Yield, for each margin of cosine, the mean reciprocal rank of the right article and how often it is taken."""
    ways = [(resolve(t.question, t.history, archive).asked, t.rewrite or t.question, t.question) for t in turns]
    ranks = np.array(
        [[_reciprocal_rank(archive, asked, turn) for asked in way] for way, turn in zip(ways, turns, strict=True)]
    )
    vectors = [archive.encoder.encode(list(way)) for way in ways]
    nearest = np.array([[max((c for _, c in archive.dense(v, 1)), default=0.0) for v in each] for each in vectors])
    yield {"turns": len(turns), **dict(zip(("rules", "people", "bare"), ranks.mean(0).round(3).tolist(), strict=True))}
    for margin in _MARGINS:
        figures: dict[str, Any] = {"nearer_by": margin}
        for column, name in ((1, "people"), (2, "bare")):
            taken = nearest[:, column] > nearest[:, 0] + margin
            figures[f"{name}_taken"] = round(float(taken.mean()), 2)
            figures[f"rr_with_{name}"] = round(float(np.where(taken, ranks[:, column], ranks[:, 0]).mean()), 3)
        yield figures


def _reciprocal_rank(archive: Archive, asked: str, turn: FollowUp) -> float:
    rank = rank_of(found_articles(archive, asked), turn.documents)
    return 1 / rank if rank else 0.0


def main() -> None:
    """Run the sweep and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--limit", type=int, default=300, help="turns at most")
    options = parser.parse_args()
    pool = canard(options.data)
    reported = {turn.id for turn in spread(pool.turns, CANARD_TURNS)}
    turns = spread([turn for turn in pool.turns if turn.id not in reported], options.limit)
    wanted = {id_ for turn in turns for id_ in turn.documents | turn.earlier}
    with fresh_archive([article for article in pool.articles if article.id in wanted]) as archive:
        for row in sweep(archive, turns):
            print(json.dumps(row))


if __name__ == "__main__":
    main()
