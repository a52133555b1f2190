"""Passages that look right for a question and do not answer it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from heapq import nsmallest

import bm25s

from qa.training.sources import Question

__all__ = ["mine_negatives"]

NEIGHBOURS = 12  # of the whole pool, before those that hold an answer are left out
KEPT = 5
SIBLINGS = 3
REACH = 12  # passages of the article, the nearest, that are looked through for siblings


def mine_negatives(questions: Sequence[Question]) -> list[tuple[str, ...]]:
    """For each question up to KEPT passages by BM25, then up to SIBLINGS that stand nearest in its article.

    The pool is every passage of `questions`. A passage that contains one of the question's answers, case and
    punctuation aside, is left out; for a question without an answer every other passage is a negative.
    """
    passages = list(dict.fromkeys(question.passage for question in questions))
    plain = [_plain(passage) for passage in passages]
    place = {passage: number for number, passage in enumerate(passages)}
    articles = _articles(questions, place)
    mined = []
    for question, neighbours in zip(questions, _neighbours(questions, passages), strict=True):
        own = place[question.passage]
        answers = {_plain(question.passage[start:end]) for start, end in question.spans} - {""}
        wrong = [n for n in neighbours if n != own and not any(answer in plain[n] for answer in answers)][:KEPT]
        around = nsmallest(REACH, articles[question.source, question.title], key=partial(_distance, own))
        beside = [n for n in around if n != own and n not in wrong]
        wrong += [n for n in beside if not any(answer in plain[n] for answer in answers)][:SIBLINGS]
        mined.append(tuple(passages[n] for n in wrong))
    return mined


def _neighbours(questions: Sequence[Question], passages: Sequence[str]) -> list[list[int]]:
    """For each question the numbers of the NEIGHBOURS best passages, best first."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize(passages, stopwords="en", show_progress=False), show_progress=False)
    asked = bm25s.tokenize([question.text for question in questions], stopwords="en", show_progress=False)
    found, _ = index.retrieve(asked, k=min(NEIGHBOURS, len(passages)), show_progress=False)
    return [[int(number) for number in row] for row in found]


def _articles(questions: Sequence[Question], place: dict[str, int]) -> dict[tuple[str, str], list[int]]:
    """(source, title) -> numbers of its passages, in order."""
    articles: dict[tuple[str, str], list[int]] = defaultdict(list)
    for passage, source, title in dict.fromkeys((q.passage, q.source, q.title) for q in questions):
        articles[source, title].append(place[passage])
    return articles


def _distance(own: int, number: int) -> int:
    return abs(number - own)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
