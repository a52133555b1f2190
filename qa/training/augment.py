"""Changes to questions and passages that bring training closer to what the reader meets.

All take a `random.Random`, so that the same seed gives the same examples.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from random import Random

import sentencex

from qa.training.sources import Question, Span

__all__ = ["crop", "names_numbers_dates", "noisy", "swap", "without"]

WORDS = 110  # a passage of the archive, about
LEAST_LEFT = 20  # words, of a passage whose answering sentences were taken out
YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
NAME = re.compile(r"(?<=[\w,] )[A-Z][\w'’-]+(?: (?:of |the )?[A-Z][\w'’-]+)*")


def crop(passage: str, spans: Sequence[Span], rng: Random) -> tuple[str, tuple[Span, ...]]:
    """A run of whole sentences of about WORDS words or fewer that holds every span, and the spans in it.

    The run grows from the sentences of the answer (or from a random one) to either side by chance.
    """
    bounds = [(s["start_index"], s["end_index"]) for s in sentencex.get_sentence_boundaries("en", passage)]
    if len(bounds) < 2:
        return passage, tuple(spans)
    if spans:
        low, high = min(start for start, _ in spans), max(end for _, end in spans)
        inside = [n for n, (start, end) in enumerate(bounds) if start < high and end > low]
        first, last = inside[0], inside[-1]
    else:
        first = last = rng.randrange(len(bounds))
    words = [len(passage[start:end].split()) for start, end in bounds]
    total, most = sum(words[first : last + 1]), rng.randint(WORDS // 2, WORDS)
    while True:
        sides = [n for n in (first - 1, last + 1) if 0 <= n < len(bounds) and total + words[n] <= most]
        if not sides:
            break
        grown = rng.choice(sides)
        total += words[grown]
        first, last = min(first, grown), max(last, grown)
    start, end = bounds[first][0], bounds[last][1]
    return passage[start:end], tuple((a - start, b - start) for a, b in spans)


def without(passage: str, spans: Sequence[Span]) -> str | None:
    """The passage without the sentences that a span touches and those that say the same words; None if little is left.

    What is left is on the very subject and lacks the fact: the near miss that a reader finds hardest.
    """
    answers = {passage[start:end].lower() for start, end in spans}
    kept = []
    for bound in sentencex.get_sentence_boundaries("en", passage):
        first, last = bound["start_index"], bound["end_index"]
        sentence = passage[first:last]
        touched = any(start < last and end > first for start, end in spans)
        if not touched and not any(answer in sentence.lower() for answer in answers):
            kept.append(sentence.strip())
    rest = " ".join(sentence for sentence in kept if sentence)
    return rest if len(rest.split()) >= LEAST_LEFT else None


def noisy(question: str, rng: Random) -> str:
    """The question as people type it: sometimes without its mark, with two letters swapped or one left out.

    Case is left alone: the reader's tokenizer lower-cases everything.
    """
    if rng.random() < 0.2:
        question = question.rstrip(" ?")
    if rng.random() < 0.06 and len(question) > 12:
        at = rng.randrange(1, len(question) - 2)
        pair = question[at : at + 2]
        if pair.isalpha():
            question = question[:at] + rng.choice((pair[::-1], pair[0])) + question[at + 2 :]
    return question


def names_numbers_dates(questions: Sequence[Question]) -> dict[tuple[str, str, str], list[str]]:
    """What `swap` may put in, by (source, title, kind): the years, numbers and names that questions contain.

    Those of one article come under its source and title, those of all under two empty strings; each once.
    """
    found: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for question in questions:
        for kind, start, end in _mentions(question.text):
            value = question.text[start:end]
            found[question.source, question.title, kind][value] = None
            found["", "", kind][value] = None
    return {place: list(values) for place, values in found.items()}


def swap(question: Question, values: dict[tuple[str, str, str], list[str]], rng: Random) -> str | None:
    """The text of the question about another year, number or name that its passage does not mention.

    What is taken out stands in the passage, so that the new question is a near miss and not another subject. What
    is put in comes from questions on the same article where there are any: there a name is more often of the same
    kind, and the question still makes sense. None if the question names nothing or nothing fits.
    """
    here, asked = question.passage.lower(), question.text.lower()
    mentions = [m for m in _mentions(question.text) if asked[m[1] : m[2]] in here]
    if not mentions:
        return None
    kind, start, end = rng.choice(mentions)
    for place in ((question.source, question.title), ("", "")):
        offered = values.get((*place, kind), [])
        for value in rng.sample(offered, min(8, len(offered))):
            if value.lower() not in here and value.lower() not in asked:
                return question.text[:start] + value + question.text[end:]
    return None


def _mentions(question: str) -> list[tuple[str, int, int]]:
    """(kind, start, end) of each year, number and name in the question."""
    years = [("year", *m.span()) for m in YEAR.finditer(question)]
    numbers = [("number", *m.span()) for m in NUMBER.finditer(question) if not YEAR.fullmatch(m.group())]
    names = [("name", *m.span()) for m in NAME.finditer(question)]
    return years + numbers + names
