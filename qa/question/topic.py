"""What a chat is about: the article behind an earlier answer, and the names and things that it and the chat share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.archive import Archive
from ingest.passages import Passage
from qa.english.lexicon import TITLES, either
from qa.english.sentence_dates import as_of
from qa.english.wording import names
from qa.english.words import search_terms
from qa.types import Turn

__all__ = ["Mention", "Subject", "is_person", "named", "outlet_named", "part", "said_on", "subject_of", "words_in"]

# Words of an earlier turn that are looked for: of a summary, the first.
_TERMS = 24
_FOUND = 8
# Of an answer's words, the least part that stands in the passage it came from: an LLM may have reworded it.
_COVERED = 0.8
_LONGEST = 6  # words of a phrase
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_TITLE = re.compile(rf"\b{either(sorted(TITLES))}\.? $")
_NO_PERSON = re.compile(r"\b(?:[Tt]he|in|at|near|into|across|outside) $")
# 'Prime Minister', 'General Assembly': an office or a body, not who holds it.
_BODY = re.compile(
    r"\b(?:Minister|President|Secretary|Governor|Mayor|Chancellor)$"
    r"|\b(?:Parliament|Congress|Senate|Assembly|House|Office|Department|Government|State|States|Kingdom|Republic|Sea|Gulf"
    r"|Coast|Lake|Mount|Valley|Park|Square|Ridge|Hill|Fjord|Port)\b"
    r"|\b(?:of|the|and|for|&|Party|Union|Bank|University|College|School|Council|Committee|Ministry|Agency|Company|Group|Inc"
    r"|Ltd|Corp|Association|Society|Court|City|County|Island|River|Bridge|Mill|Camp|Airport|Station|Street|Road|Line"
    r"|League|Cup|Museum|Hospital|Church|Army|Force|Act|Treaty|War|Works|Times|News|Post|Wire)\b"
)
_HEAD = re.compile(r"[,:;|(\[–—]|(?<=\s)-(?=\s)")
_SMALL = frozenset("of the in and de la le van von der del da di du at on for & a".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or thing of the chat, as it is written; `weight` is how much of the chat it is, higher is more."""

    text: str
    weight: float
    person: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What the chat is about.

    Attributes:
        names: Names that the chat and its article share, the heaviest first.
        phrases: Words of the last question that stand together in its article, the longest first.
        passage: Where the newest answer that was found again stands.
    """

    names: tuple[Mention, ...]
    phrases: tuple[str, ...]
    passage: Passage | None


def subject_of(turns: Sequence[Turn], archive: Archive) -> Subject:
    """Find the article behind the newest answer that can be found again, and say what the chat is about.

    Costs one keyword search a turn until one is found.
    """
    passage, since = _behind(turns, archive)
    said = turns[since:]
    return Subject(_names(said, passage), _phrases(said[0].question, passage), passage)


def outlet_named(name: str, archive: Archive) -> str | None:
    """Return the outlet of the archive that a name is, as the archive has it; 'the' makes no difference."""

    def bare(text: str) -> str:
        return text.strip(" ?.!").casefold().removeprefix("the ")

    return next((outlet for outlet, _ in archive.outlets() if bare(outlet) == bare(name)), None)


def said_on(turns: Sequence[Turn], archive: Archive) -> str | None:
    """Return the day for which the article behind the newest answer says it, as `as_of` gives it.

    None when the newest turn has no answer that can be found again, or neither it nor its article has a date.
    """
    passage, number = _behind(turns, archive)
    article = archive.facts_of([passage.article_id]).get(passage.article_id) if passage else None
    if passage is None or article is None or number != len(turns) - 1:
        return None
    answer = (turns[number].answer or "").strip().rstrip(".")
    at = passage.text.find(answer)
    if at < 0:
        return article.published
    sentence = next((span for span in passage.sentences if span[0] <= at < span[1]), (0, len(passage.text)))
    return as_of(passage.text, sentence, (at, at + len(answer)), article.published)


def _behind(turns: Sequence[Turn], archive: Archive) -> tuple[Passage | None, int]:
    """Return the passage that says the newest answer, and the number of its turn."""
    for number in reversed(range(len(turns))):
        turn = turns[number]
        wanted = words_in(turn.answer or "")
        if not wanted:
            continue
        before = turns[number - 1] if number else Turn("")
        # The answer's own words first: of long ones, they alone are looked for. A question without a name leans on
        # those before it, up to the last that has one.
        asked = _leant_on(turns[: number + 1])
        terms = search_terms(f"{turn.answer} {turn.question} {before.question} {before.answer or ''} {asked}")[:_TERMS]
        for passage, _ in archive.keyword(terms, _FOUND):
            if len(wanted & words_in(f"{passage.title} {passage.text}")) >= _COVERED * len(wanted):
                return passage, number
    return None, 0


def _leant_on(turns: Sequence[Turn]) -> str:
    """Return the questions from the newest one that has a name on, the newest first."""
    asked: list[str] = []
    for turn in reversed(turns):
        asked.append(turn.question)
        if named(turn.question):
            break
    return " ".join(asked)


def _names(turns: Sequence[Turn], passage: Passage | None) -> tuple[Mention, ...]:
    title, text = (passage.title, passage.text) if passage else ("", "")
    head = _head(title)
    said = " ".join(turn.question for turn in turns)
    questions, titled = words_in(said), words_in(title)
    # What was asked of since the last answer that was found again is what the chat is about now.
    turned = words_in(" ".join(turn.question for turn in turns[1:]))
    answers = words_in(" ".join(turn.answer or "" for turn in turns[-1:]))
    # Not of questions all in small letters: their names are, too.
    small = {word for word in _WORD.findall(text if said.islower() else f"{text} {said}") if word.islower()}
    found: dict[str, float] = {}
    for name in [head, *named(title), *named(text), *(n for t in turns for n in named(t.question))]:
        if len(name) < 2 or (name != head and name.lower() in small):
            continue
        words = words_in(name)
        weight = 2.0 * part(words, titled) + 2.0 * part(words, questions) + part(words, answers)
        found[name] = weight + 0.3 * min(3, text.count(name.split()[-1])) + 1.5 * (name == head)
    if new := {name for name in found if words_in(name) & turned}:
        found = {name: found[name] for name in new}
    ranked = sorted(found, key=lambda name: (-found[name], -len(name)))
    return tuple(Mention(name, found[name], is_person(name, text)) for name in ranked)


def _head(title: str) -> str:
    """Return what stands before the first comma or colon of a title, when it is written like a name; else ''."""
    head = _HEAD.split(title, maxsplit=1)[0].strip()
    words = [word for word in head.split() if word not in _SMALL]
    return head if 0 < len(words) <= 5 and all(word[0].isupper() or word[0].isdigit() for word in words) else ""


def _phrases(question: str, passage: Passage | None) -> tuple[str, ...]:
    """Return runs of the question's words that stand in the passage or its title, the longest first."""
    if passage is None:
        return _runs(question)
    place = " " + " ".join(word.lower() for word in _WORD.findall(f"{passage.title} . {passage.text}")) + " "
    words = _WORD.findall(question)
    content = {word.lower() for word in search_terms(question)}
    runs: list[tuple[int, int]] = []
    for start in range(len(words)):
        for end in range(min(len(words), start + _LONGEST), start, -1):
            ends = words[start].lower() in content and words[end - 1].lower() in content
            if ends and " " + " ".join(words[start:end]).lower() + " " in place:
                runs.append((start, end))
                break
    runs = [_without_verb(words, *run) for run in runs]
    kept = [run for run in runs if not any(a <= run[0] and run[1] <= b and (a, b) != run for a, b in runs)]
    return tuple(" ".join(words[a:b]) for a, b in sorted(kept, key=lambda run: run[0] - run[1]))


def _runs(question: str) -> tuple[str, ...]:
    """Return runs of content words of a question, the last first: 'sharks' and 'kinds' of 'what kinds of sharks'."""
    content = {word.lower() for word in search_terms(question)}
    words = _WORD.findall(question)
    runs: list[tuple[int, int]] = []
    for number, word in enumerate(words):
        if word.lower() not in content:
            continue
        if runs and runs[-1][1] == number:
            runs[-1] = runs[-1][0], number + 1
        else:
            runs.append((number, number + 1))
    cut = [_without_verb(words, *run) for run in reversed(runs)]
    return tuple(" ".join(words[start:end][-_LONGEST:]) for start, end in cut)


def _without_verb(words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Cut the verb off a subject: 'tram line cost' of 'what did the tram line cost'."""
    before = [word.lower() for word in words[:start]]
    while before and before[-1] in ("the", "a", "an", "his", "her", "its", "their"):
        before.pop()
    return (start, end - 1) if before[-1:] and before[-1] in ("did", "does", "do") and end - start > 1 else (start, end)


def is_person(name: str, text: str) -> bool:
    """Whether a name is written like a person's: after a title, or of two or three words that no 'the' precedes."""
    at = text.find(name)
    before = text[max(0, at - 30) : max(0, at)]
    if _TITLE.search(before):
        return True
    words = name.split()
    return len(words) in (2, 3) and not _NO_PERSON.search(before) and not _BODY.search(name)


def named(text: str) -> list[str]:
    """Return the names in a text, in its order."""
    return [text[a:b] for a, b in names(text, (0, len(text)))]


def part(words: frozenset[str], text: frozenset[str]) -> float:
    """Return which part of the words are among those of a text, in [0, 1]; 0 where there are none."""
    return len(words & text) / len(words) if words else 0.0


def words_in(text: str) -> frozenset[str]:
    """Return the words of a text in lower case, without the 's of an owner."""
    return frozenset(re.sub(r"['’]s$", "", word.lower()) for word in _WORD.findall(text))
