"""Pronouns of a question: which stands for something outside it, for what, and the question without it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from qa.english.lexicon import AUXILIARY, HE, IT, SHE, THEY, either
from qa.question.ellipsis import capitalised, is_name
from qa.question.topic import Mention, Subject, is_person, named, words_in

__all__ = ["KIND", "Chat", "is_place", "outside_pronoun", "people_of", "referents", "replaced"]

# How much likelier than the chat's subject the name is that the last answer gave.
_GIVEN = 3.0
_ASKED_OF = 2.0  # the same of the person whom the newest question with one names; of those before, less
_THING_WEIGHT = 2.0  # of a thing of the last question that the article has: as of a name of the title or the question

_HE = re.compile(rf"\b{either((*HE, *SHE))}\b", re.IGNORECASE)
_IT = re.compile(rf"\b{either((*IT, *THEY))}\b", re.IGNORECASE)
_EMPTY_IT = re.compile(
    r"\b(?:is|was) it (?:true|possible|likely|clear|known|legal|raining|snowing)\b"
    r"|\bit (?:\w+ ){0,3}?(?:cost|takes?|took|taken) to\b",
    re.IGNORECASE,
)
# 'the fire fighter that lost his life', 'how many people left their homes'
_WITHIN = re.compile(
    r"(?<=\s)(?:that|who) [\w'’-]+ (?:his|her|its|their) |\b(?:how many|which|people)\b.{1,300}?\btheir ", re.IGNORECASE
)
_THING = re.compile(r"\b(?:the|a|an)\s+\w", re.IGNORECASE)
# A man, a woman, a thing, several of any.
KIND = {word: kind for kind, words in zip("mftp", (HE, SHE, IT, THEY), strict=True) for word in words}
_COUNTED = re.compile(
    rf"\b(?:how many|which) (?P<what>(?:(?!{AUXILIARY}\b)[\w'’-]+ ){{0,2}}?"
    rf"(?:[\w'’-]+s|people|(?!{AUXILIARY}\b)\w+(?= {AUXILIARY}\b)))\b",
    re.IGNORECASE,
)


_WHO = re.compile(r"who\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chat:
    """What was said before.

    Attributes:
        before: The last question as the rules make it stand alone.
        held: What its pronouns stand for.
        people: Those whom its questions name, the newest first.
        topic: What the last question is about and does not say itself; '' where it says it.
    """

    before: str
    held: Mapping[str, str]
    people: tuple[str, ...] = ()
    topic: str = ""


def people_of(question: str) -> tuple[str, ...]:
    """Return the persons whom a question names."""
    return tuple(name for name in named(question) if is_person(name, question))


def outside_pronoun(question: str) -> re.Match[str] | None:
    """Return the first pronoun that stands for something outside the question, a person before a thing."""
    for pronouns in (_HE, _IT):
        found = pronouns.search(question)
        if found and not _EMPTY_IT.search(question) and not _within(question, found):
            before = question[: found.start()]
            if not named(before) and not (pronouns is _IT and _THING.search(before)):
                return found
    return None


def _within(question: str, pronoun: re.Match[str]) -> bool:
    """Whether an owner's pronoun stands for what the question says before it."""
    found = _WITHIN.search(question)
    return bool(found and found.start() < pronoun.start() < found.end())


def referents(pronoun: str, chat: Chat, answer: str, subject: Subject, question: str) -> list[Mention]:
    """Return what a pronoun of a question may stand for after a turn, the likeliest first; not what it names itself.

    What the same pronoun stood for in the question before it goes first, then the name that its answer is, then
    what is counted in the question ('how many troops', 'they') or whom the questions named, then what the chat is
    about.
    """
    kind = KIND[pronoun.lower()]
    personal = kind in "mf"
    heaviest = max((mention.weight for mention in subject.names), default=1.0)
    other = chat.held.get("f" if kind == "m" else "m") if personal else None
    names = [m for m in subject.names if m.text != other]
    found = [m for m in names if m.person] if personal else names
    if personal:
        asked_of = [name for name in chat.people if name != other]
        found += [Mention(name, heaviest + _ASKED_OF / (n + 1), True) for n, name in enumerate(asked_of)]
    found = found or [m for m in names if not is_place(m.text, chat.before, subject)]
    if is_name(answer) and (kind == "p" or is_person(named(answer)[0], answer) == personal):
        # who is named for 'who led it?' is whom 'he' is said of next
        asked_who = kind in "mf" and bool(_WHO.match(chat.before))
        found.append(Mention(answer, heaviest + _GIVEN + asked_who * _ASKED_OF))
    if held := chat.held.get(kind):
        found.append(Mention(held, heaviest + _GIVEN + 1))
    if kind == "p" and (counted := _COUNTED.search(chat.before)):
        found.append(Mention(f"the {counted['what']}", heaviest + _GIVEN - 1))
    if not personal:
        found += [
            Mention(_definite(phrase), _THING_WEIGHT)
            for phrase in subject.phrases[:2]
            if not named(phrase) and phrase.endswith("s") == (kind == "p")
        ]
    found = [replace(m, text=_in_full(m.text, chat.before)) for m in found]
    found = [m for m in found if not words_in(m.text) <= words_in(question)]
    heaviest_of: dict[str, Mention] = {}
    for mention in sorted(found, key=lambda mention: -mention.weight):
        heaviest_of.setdefault(mention.text, mention)
    return list(heaviest_of.values())


def _in_full(name: str, question: str) -> str:
    """Return a name as a question has it, where that says more: 'Harlow Canal' or 'Port of Harlow'."""
    if of := re.search(rf"\b[A-Z][\w'’-]* of (?:the )?{re.escape(name)}\b", question):
        return of[0]
    wanted = words_in(name)
    return max((own for own in named(question) if wanted < words_in(own)), key=len, default=name)


def is_place(name: str, question: str, subject: Subject) -> bool:
    """Whether a name stands after 'in' or the like, in the question or the article: no pronoun stands for it."""
    text = f"{question}\n{subject.passage.text if subject.passage else ''}"
    return bool(re.search(rf"\b(?:in|at|near)(?: the)? {re.escape(name)}\b", text, re.IGNORECASE))


def replaced(question: str, pronoun: re.Match[str], text: str) -> str:
    """Put a name or a thing in the place of a pronoun: 'his party' -> "Ana Dahl's party"."""
    owner = f"{text}’s" if "’" in question else f"{text}'s"
    new = owner if _owns(question, pronoun) else text
    return capitalised(question[: pronoun.start()] + new + question[pronoun.end() :])


def _owns(text: str, word: re.Match[str]) -> bool:
    """Whether a pronoun stands before what it owns: 'his party', and 'her party' but not 'replaced her?'."""
    after = text[word.end() :].lstrip()
    return word[0].lower() in ("his", "its", "their") or (
        word[0].lower() == "her" and bool(re.match(r"(?!(?:by|in|on|at|as|to|and|or)\b)[a-z]", after))
    )


def _definite(phrase: str) -> str:
    return phrase if phrase.lower().startswith(("the ", "a ", "an ")) else f"the {phrase}"
