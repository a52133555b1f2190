"""Whether a text is an accepted answer, by its words and figures, and whether its citations hold."""

from collections.abc import Sequence

from eval.scores.stages import Fetch, Place, citations_of, is_exact
from qa.training.metrics import f1, normalize
from qa.types import Answer

__all__ = ["ENOUGH_F1", "EXTRA_WORDS", "accepts", "all_exact", "cites", "stands_in"]

ENOUGH_F1 = 0.6
EXTRA_WORDS = 5  # an answer may say this much more than the accepted spelling that stands in it


def accepts(answers: Sequence[str], text: str) -> bool:
    """Whether a text is one of the accepted answers; none of them accepts nothing.

    It is when its F1 with one, as SQuAD's script has it, is at least 0.6 and holds all its figures, or when
    one stands whole in it with at most five words around it.
    """
    return any(_close(answer, text) or stands_in(answer, text) for answer in answers)


def stands_in(answer: str, text: str) -> bool:
    """Whether the words of an answer stand in a text, in order and whole, with at most five others around them."""
    wanted, got = normalize(answer).split(), normalize(text).split()
    places = range(len(got) - len(wanted) + 1)
    return len(got) <= len(wanted) + EXTRA_WORDS and any(got[i : i + len(wanted)] == wanted for i in places)


def cites(answer: Answer, places: Sequence[Place]) -> bool:
    """Whether a sentence cited for the answer itself, not for other values, shares a character with a place."""
    return any(p.overlaps(c.article.id, c.sentence_start, c.sentence_end) for c in answer.citations for p in places)


def all_exact(answer: Answer, fetch: Fetch) -> bool:
    """Whether every citation, of whatever sort, is the exact words of its article."""
    return all(is_exact(citation, fetch) for citation in citations_of(answer))


def _close(answer: str, text: str) -> bool:
    """F1 alone takes '2.1 billion marks' for '2.9 billion marks' (0.67): the figures must be there."""
    wanted, got = normalize(answer).split(), normalize(text).split()
    figures = {word for word in wanted if any(map(str.isdigit, word))}
    return f1(text, answer) >= ENOUGH_F1 and figures <= set(got)
