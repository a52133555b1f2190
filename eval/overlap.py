"""Whether a test question or paragraph occurs in what the reader or the chooser learned from.

What the recipe drops before training is dropped by qa/training/overlap.py; this looks again, set by set, at what
is left, and at the sets that the chooser's weights and the threshold are fitted on (eval/tune.py).
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ingest.errors import InputError
from qa.training.overlap import TestText, drop_overlap, test_texts
from qa.training.sources import Question, load_questions, squad_questions

__all__ = ["overlap"]


def overlap(data: Path) -> dict[str, Any]:
    """Compare everything learned from with XQuAD-32 and the TEST ONLY files, and return JSON values.

    `found` counts questions that the recipe would train on or the chooser is fitted on, and that a test set
    also holds, by wording or by passage; `by_set` says where. `dropped_before_training` counts those that the
    recipe leaves out. `same_wording` lists shared questions, 'What is it?' and the like, at most twenty.

    Raises:
        InputError: A file is missing from the folder, or is not what its name says.
    """
    try:
        tests = TestText(test_texts(data))
        trained, dropped = drop_overlap(load_questions(data, seed=0), tests)
        fitted = [q for name in ("squad2-half-dev", "covid-qa") for q in squad_questions(data / f"{name}.json", name)]
    except OSError as error:
        raise InputError(f"cannot read {error.filename}; give the folder of test sets with --data") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"a file in {data} is not in its set's format; fetch them again ({error})") from error
    shared = _shared(trained, tests) + _shared(fitted, tests)
    return {
        "train_questions": len(trained),
        "fit_questions": len(fitted),
        "dropped_before_training": dropped,
        "found": len(shared),
        "by_set": dict(Counter(question.source for question in shared)),
        "same_wording": [question.text for question in shared][:20],
    }


def _shared(questions: Iterable[Question], tests: TestText) -> list[Question]:
    asked = list(questions)
    kept, _ = drop_overlap(asked, tests)
    left = Counter(kept)
    return [question for question in asked if not left[question]]
