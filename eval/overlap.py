"""Whether a test question or paragraph occurs in what the reader or the chooser learned from.

What the recipe drops before training is dropped by qa/training/overlap.py; this looks again, set by set, at what
is left, and at the sets that the chooser's weights and the threshold are fitted on (eval/data/train_sets.py).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from eval.data.paragraphs import wikinews_articles
from eval.data.train_sets import PAGES, dated
from eval.suites.wikinews import load_wikinews
from ingest.errors import InputError
from qa.training.overlap import TestText, drop_overlap, test_texts
from qa.training.sources import Question, load_questions, squad_questions

__all__ = ["overlap"]


def overlap(data: Path) -> dict[str, Any]:
    """Compare everything learned from with XQuAD-32 and the TEST ONLY files, and return JSON values.

    `found` counts questions that the recipe would train on or the chooser is fitted on, and that a test set
    also holds, by wording or by passage (qa/training/overlap.py); `by_set` says where and `questions` lists twenty
    of them. `dropped_before_training` counts those that the recipe leaves out, so of its own questions `found`
    counts none unless the two stop agreeing; tests/eval/test_overlap.py looks in another way. `also_in_qed` counts
    train questions whose passage or wording QED has, which is not TEST ONLY but reported on; `also_in_wikinews` those
    of the articles and questions of the wikinews suite, some train sets being made of Wikinews of other years.

    Raises:
        InputError: A file is missing from the folder, or is not what its name says.
    """
    try:
        tests = TestText(test_texts(data))
        trained, dropped = drop_overlap(load_questions(data, seed=0), tests)
        fitted = [q for name in ("squad2-half-dev", "covid-qa") for q in squad_questions(data / f"{name}.json", name)]
        fitted += _dated(data / "timeqa-human-train.json", tests)
        qed = TestText(_qed(data / "qed-dev.jsonl"))
        news = TestText(_news(data))
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
        "questions": [question.text for question in shared][:20],
        "also_in_qed": len(_shared(trained, qed)),
        "also_in_wikinews": len(_shared(trained, news)) + len(_shared(fitted, news)),
    }


def _dated(path: Path, tests: TestText) -> Iterator[Question]:
    """The questions that the chooser is fitted on, with each paragraph of their page in turn."""
    articles, asked = dated(path, PAGES, tests)
    for article in articles:
        texts = [question.question for question in asked if question.article == article.id]
        for number, paragraph in enumerate(article.text.split("\n\n")):
            yield Question(path.stem, article.title, texts[number % len(texts)], paragraph, ())


def _qed(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield record["question_text"]
        yield record["paragraph_text"]


def _news(data: Path) -> Iterator[str]:
    yield from (article.text for article in wikinews_articles(data))
    yield from (question.question for question in load_wikinews())


def _shared(questions: Iterable[Question], tests: TestText) -> list[Question]:
    asked = list(questions)
    kept, _ = drop_overlap(asked, tests)
    left = Counter(kept)
    return [question for question in asked if not left[question]]
