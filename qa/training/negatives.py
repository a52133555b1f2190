"""Passages that look right for a question and do not answer it."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from heapq import nsmallest

import bm25s

from qa.training.sources import Question, plain

__all__ = ["Negatives"]

NEIGHBOURS = 12  # of the whole pool, before those that hold an answer are left out
KEPT = 5
SIBLINGS = 3
REACH = 12  # passages of the article, the nearest, that are looked through for siblings


class Negatives:
    """Finds, for each question, up to KEPT passages by BM25, then up to SIBLINGS that stand nearest in its article.

    The pool is every passage of the questions. A passage that contains one of the question's answers, case and
    punctuation aside, is left out; for a question without an answer every other passage is a negative. They are found
    for the questions that are asked for: all of 115,000 took five minutes at each start, and a chunk takes a second.
    """

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = questions
        self._passages = list(dict.fromkeys(question.passage for question in questions))
        self._plain = [plain(passage) for passage in self._passages]
        self._place = {passage: number for number, passage in enumerate(self._passages)}
        self._articles = _articles(questions, self._place)
        self._index = bm25s.BM25()
        self._index.index(bm25s.tokenize(self._passages, stopwords="en", show_progress=False), show_progress=False)

    def of(self, numbers: Sequence[int]) -> list[tuple[str, ...]]:
        """The negatives of the questions with these numbers, in their order; best first, then siblings."""
        if not numbers:
            return []
        texts = [self._questions[number].text for number in numbers]
        asked = bm25s.tokenize(texts, stopwords="en", show_progress=False)
        most = min(NEIGHBOURS, len(self._passages))
        found, _ = self._index.retrieve(asked, k=most, show_progress=False)
        return [self._chosen(self._questions[n], [int(p) for p in row]) for n, row in zip(numbers, found, strict=True)]

    def _chosen(self, question: Question, neighbours: Sequence[int]) -> tuple[str, ...]:
        own = self._place[question.passage]
        answers = {plain(question.passage[start:end]) for start, end in question.spans} - {""}

        def fits(number: int) -> bool:
            return number != own and not any(answer in self._plain[number] for answer in answers)

        wrong = list(filter(fits, neighbours))[:KEPT]
        around = nsmallest(REACH, self._articles[question.source, question.title], key=partial(_distance, own))
        wrong += [number for number in around if number not in wrong and fits(number)][:SIBLINGS]
        return tuple(self._passages[number] for number in wrong)


def _articles(questions: Sequence[Question], place: dict[str, int]) -> dict[tuple[str, str], list[int]]:
    """(source, title) -> numbers of its passages, in order."""
    articles: dict[tuple[str, str], list[int]] = defaultdict(list)
    for passage, source, title in dict.fromkeys((q.passage, q.source, q.title) for q in questions):
        articles[source, title].append(place[passage])
    return articles


def _distance(own: int, number: int) -> int:
    return abs(number - own)
