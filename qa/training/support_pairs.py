"""Statements with the sentences that carry them, or do not: what the support check is trained on.

True ones are sentences of the train sets as people shorten and reword them, and questions turned into statements with
their answers. False ones are the same with one thing exchanged: a negation, a direction, two names, a quantifier, the
answer; or beside sentences without the one that says it. Sentences that hold a negation or a direction themselves are
drawn more often for the true ones, so that such a word alone tells nothing.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from ingest.passages import sentence_spans
from qa.english.lexicon import DENIES, OPPOSITES
from qa.english.wording import names
from qa.training.sources import Question

__all__ = [
    "FAULTS",
    "Pair",
    "answered",
    "exchanged",
    "is_held_out",
    "negated",
    "pairs",
    "retellings",
    "reworded",
    "swapped",
]

FAULTS = ("negation", "direction", "roles", "quantifier", "answer", "absent")
_SHORTEST, _LONGEST = 6, 45  # words of a statement
_AROUND = 1  # sentences on either side of the one that says it

_OPPOSITE = {word: sorted(others) for word, others in OPPOSITES.items()}
_TURNS = re.compile(rf"\b(?:{'|'.join(_OPPOSITE)})\b")
_QUANTIFIERS = {
    "all": "none", "none": "all", "both": "neither", "every": "no", "many": "few", "few": "many", "some": "no",
    "several": "no", "each": "no", "no": "some", "only": "not only",
}  # fmt: skip
_QUANTIFIED = re.compile(rf"\b(?:{'|'.join(_QUANTIFIERS)})\b")
_ALIKE = """
rose increased climbed grew|fell dropped declined decreased|rise increase|fall drop decline|said stated|said announced
began started|ended finished|built constructed|killed slain|large big|about approximately around|often frequently
many numerous|help assist|helped aided|show demonstrate|shows indicates|used employed|called named|because since
however nevertheless|allowed permitted|banned prohibited|bought purchased|near close to|got received|required needed
"""
_SYNONYMS: dict[str, list[str]] = defaultdict(list)
for _row in re.split(r"[|\n]", _ALIKE.strip()):
    _words = _row.replace("close to", "close_to").split()
    for _word in _words:
        _SYNONYMS[_word] += [other.replace("_", " ") for other in _words if other != _word]
_ALIKE_WORD = re.compile(rf"\b(?:{'|'.join(word for word in _SYNONYMS if '_' not in word)})\b")
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|must|should|did|does|do)\b(?! not\b)(?!n['’]t)"
)
_NOT = re.compile(DENIES)
_PAST = re.compile(r"(?<=[\w,] )([a-z]{3,}ed)\b(?= (?:the|a|an|in|to|by|his|her|its|their|that|with|on|from)\b)")
_CONTRACTED = re.compile(r"\b(is|are|was|were|did|does|do|has|have|had|could|would|should) not\b")
_SPEAKER = re.compile(r",? (?:according to [^,]{3,50}|[^,“”\"]{3,50} (?:said|says|stated|wrote|argued|noted))\.$")
# A subject is asked for where a verb follows at once: 'Who keeps …', 'What was built …'; not 'What song did …'.
_SUBJECT = re.compile(
    r"(?:Who|What) ((?:is|are|was|were|has|had|will|would|can|could|[a-z]+(?:ed|[^s'’]s)) (?!the name\b).{8,})\?$"
)


@dataclass(frozen=True)
class Pair:
    """A statement, the sentences it is held to, and whether they carry it; `kind` is the fault, or 'true'."""

    statement: str
    passage: str
    kind: str

    @property
    def carried(self) -> bool:
        """Whether the sentences carry the statement."""
        return self.kind == "true"


def is_held_out(title: str) -> bool:
    """Whether an article's pairs choose the threshold and are never trained on: about a tenth of all."""
    return crc32(f"support {title}".encode()) % 10 == 0


def pairs(questions: Sequence[Question], seed: int) -> Iterator[tuple[str, Pair]]:
    """Yield (title, pair), a true and a false one for each passage in turn, as often as sentences and answers allow."""
    rng = random.Random(f"support:{seed}")  # noqa: S311
    asked: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        asked[question.passage].append(question)
    passages = list(asked)
    rng.shuffle(passages)
    for passage in passages:
        title = asked[passage][0].title
        for pair in _of_passage(passage, asked[passage], rng):
            yield title, pair


def retellings(levels: Sequence[Sequence[str]], seed: int) -> Iterator[Pair]:
    """Yield pairs of an article that people retold in simpler words: OneStopQA's levels, the hardest first.

    A sentence of a simpler level stands beside the sentences of the hardest one that have most of its words, and is
    true; then the same with one thing exchanged.
    """
    rng = random.Random(f"retellings:{seed}")  # noqa: S311
    hardest, *simpler = levels
    for full, *others in zip(hardest, *simpler, strict=False):
        said = [full[a:b] for a, b in sentence_spans(full)]
        for retold in others:
            for statement in (retold[a:b] for a, b in sentence_spans(retold)):
                if not _SHORTEST <= len(statement.split()) <= _LONGEST:
                    continue
                words = {*re.findall(r"\w+", statement.lower())}
                at = max(range(len(said)), key=lambda n: len(words & {*re.findall(r"\w+", said[n].lower())}))
                around = " ".join(said[max(0, at - _AROUND) : at + _AROUND + 1])
                yield Pair(statement, around, "true")
                yield from _false(statement, around, rng)


def _false(statement: str, around: str, rng: random.Random) -> Iterator[Pair]:
    """Yield a statement with one thing exchanged, where it has a place for it."""
    kinds: dict[str, Callable[[str], str | None]] = {
        "negation": lambda one: negated(one, rng),
        "direction": lambda one: exchanged(one, _TURNS, _OPPOSITE, rng),
        "quantifier": lambda one: exchanged(one, _QUANTIFIED, {k: [v] for k, v in _QUANTIFIERS.items()}, rng),
        "roles": swapped,
    }
    made = [(kind, false) for kind, make in kinds.items() if (false := make(statement)) and false != statement]
    if made:
        # Without weights two in five were negations, and roles, the hardest, one in four.
        kind, false = rng.choices(made, [_WEIGHTS[kind] for kind, _ in made])[0]
        yield Pair(false, around, kind)


def _of_passage(passage: str, asked: Sequence[Question], rng: random.Random) -> Iterator[Pair]:
    spans = sentence_spans(passage)
    said = [" ".join(passage[a:b].split()) for a, b in spans]
    usable = [n for n, one in enumerate(said) if _SHORTEST <= len(one.split()) <= _LONGEST]
    if len(said) < 2 or not usable:
        return
    telling = [n for n in usable if _NOT.search(said[n]) or _TURNS.search(said[n])]
    for at in {rng.choice(telling or usable), rng.choice(usable)}:
        around = " ".join(said[max(0, at - _AROUND) : at + _AROUND + 1])
        yield Pair(reworded(said[at], rng), around, "true")
        yield from _false(reworded(said[at], rng), around, rng)
    if rng.random() < _SOME and len(said) > _FAR:
        at = rng.choice(usable)
        rest = [one for n, one in enumerate(said) if n != at]
        start = max(0, min(at - 1, len(rest) - 3))
        yield Pair(reworded(said[at], rng), " ".join(rest[start : start + 3]), "absent")
    yield from _of_answers(passage, spans, said, asked, rng)


_SOME, _FAR = 0.25, 4
_WEIGHTS = {"negation": 1, "direction": 3, "quantifier": 1, "roles": 3}


def _of_answers(
    passage: str, spans: Sequence[tuple[int, int]], said: Sequence[str], asked: Sequence[Question], rng: random.Random
) -> Iterator[Pair]:
    """Yield a question as a statement with its answer, and with one of another question of the passage."""
    known = [(q, passage[slice(*q.spans[0])]) for q in asked if q.spans]
    rng.shuffle(known)
    for question, answer in known:
        true = answered(question.text, answer)
        if not true:
            continue
        start = question.spans[0][0]
        at = next((n for n, (a, b) in enumerate(spans) if a <= start < b), 0)
        around = " ".join(said[max(0, at - _AROUND) : at + _AROUND + 1])
        yield Pair(true, around, "true")
        wrong = [other for _, other in known if other in around and other not in answer and answer not in other]
        false = answered(question.text, rng.choice(wrong)) if wrong else None
        if false:
            yield Pair(false, around, "answer")
        return


def answered(question: str, answer: str) -> str | None:
    """Return 'Ada Lindqvist keeps the lighthouse.' for 'Who keeps the lighthouse?'; None where it is not so simple."""
    found = _SUBJECT.match(question)
    if found and re.search(r"\b(?:did|do|does)\b", found[1]):
        return None
    return f"{answer[0].upper()}{answer[1:]} {found[1]}." if found and answer else None


def reworded(sentence: str, rng: random.Random) -> str:
    """Return a sentence that says the same or less: without who said it, a bracket or a clause, with other words."""
    told = sentence
    if rng.random() < 0.4:
        told = _SPEAKER.sub(".", told)
    if rng.random() < 0.5:
        told = re.sub(r" \([^()]{1,120}\)", "", told)
    head, comma, tail = told.rpartition(", ")
    if rng.random() < 0.35 and comma and len(head.split()) >= _SHORTEST and not re.search(r"\b(?:and|or)\b", tail[:5]):
        told = f"{head}."
    opening = re.match(r"(?:In|On|At|During|After|By) [^,]{3,40}, (?=\w)", told)
    if rng.random() < 0.35 and opening and len(told.split()) > 2 * _SHORTEST:
        told = told[opening.end()].upper() + told[opening.end() + 1 :]
    if rng.random() < 0.6:
        told = exchanged(told, _ALIKE_WORD, _SYNONYMS, rng) or told
    if rng.random() < 0.5:
        told = _CONTRACTED.sub(lambda match: f"{match[1]}n't", told)
    return told


def negated(sentence: str, rng: random.Random) -> str | None:
    """Return the contrary: a 'not' taken out or put in, 'did not' before a past tense; None where there is no place."""
    if said := _NOT.search(sentence):
        return sentence[: said.start()] + sentence[said.end() :]
    if (past := _PAST.search(sentence)) and rng.random() < 0.4:
        stem = past[1][:-2] if not past[1].endswith(("ied", "sed", "ced", "ged", "ved", "ted")) else past[1][:-1]
        return f"{sentence[: past.start(1)]}did not {stem}{sentence[past.end(1) :]}"
    if found := _AUXILIARY.search(sentence):
        word = rng.choice((" not", " not", "n't", " never"))
        word = " not" if word == "n't" and found[0] in ("can", "will", "may", "must") else word
        return sentence[: found.end()] + word + sentence[found.end() :]
    return None


def exchanged(sentence: str, words: re.Pattern[str], others: dict[str, list[str]], rng: random.Random) -> str | None:
    """Return a sentence with one of the words exchanged for one that stands for it; None where it has none."""
    found = list(words.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    return sentence[: match.start()] + rng.choice(others[match[0]]) + sentence[match.end() :]


def swapped(sentence: str) -> str | None:
    """Return a sentence with its first two different names exchanged; None where it has not two."""
    places = names(sentence, (0, len(sentence)))
    for n, (a, b) in enumerate(places):
        for c, d in places[n + 1 :]:
            one, other = sentence[a:b], sentence[c:d]
            if not {*one.split()} & {*other.split()}:
                return sentence[:a] + other + sentence[b:c] + one + sentence[d:]
    return None
