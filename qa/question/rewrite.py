"""Follow-up + chat so far + archive -> stand-alone question.

What a follow-up lacks is looked for in the chat and in the article behind its last answer (qa/question/topic.py); a few
readable questions are made of it by rules over English, the likeliest first, and the archive says which it answers.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.archive import Archive
from qa.english.lexicon import MONTH, QUESTION_WORD
from qa.english.words import search_terms
from qa.question.date_ellipsis import asks_before, at_time, parted, relative_time, timed
from qa.question.ellipsis import (
    asked_again,
    bracketed,
    capitalised,
    is_bare,
    is_courtesy,
    is_fragment,
    is_name,
    is_only_name,
    swapped,
    without_lead_in,
)
from qa.question.forms import asks_figure
from qa.question.pronouns import KIND, Chat, is_place, outside_pronoun, people_of, referents, replaced
from qa.question.topic import Subject, named, outlet_named, part, said_on, subject_of, words_in
from qa.question.turns_back import back_to, other_one
from qa.retrieve.hybrid import DEPTH
from qa.types import Turn

__all__ = ["StandAlone", "resolve"]

# How far back a chat is looked at.
_TURNS = 5
_LOOKED_AT = 20  # of which some may have no word
_TURN_CHARACTERS = 2000
# Ways to ask that the archive is asked to choose from, and what a unit of a mention's weight adds to a cosine. On 300
# turns of CANARD that the evaluation does not report on, reciprocal rank .401 / .399 / .399 at .05 / .1 / .2: the
# archive decides between names of nearly the same weight, and at .05 also against what the last answer named. Between
# equals the middle one: with vectors of 8 bits a cosine moves by up to .03, which at .1 turned a test's answer.
_WAYS = 3
_PRIOR = 0.15
# A question that may stand alone belongs to the chat when a passage on its subject is nearly as near as the nearest,
# and near at all. On the dev half of the gold questions: of 118 asked after a question on another story 3 took its
# subject, of which 2 point back ('that coast'); without the second bound also those that no article is about, whose
# nearest passage has a cosine of .1 to .3.
_NEARLY = 0.1
_NEAR = 0.25
_NAME_WORDS = 6
_MOSTLY = 0.5  # of a name's words: with this part of them a question has the name

# Words that point back. 'there' in 'are there any' and 'that' in 'the mayor that won' do not.
_POINTS = re.compile(
    r"\b(?:is|are|was|were|do|does|did|about|of|for|by|with|like|after|before|since|during|in|at|from|on|to|why|how)"
    r" (?:that|this|these|those)\b"
    r"|^(?:that|this|these|those)\b"
    r"|\b(?:that|this|these|those|there|then|ones?|the same|else|others?)\s*[?.!]*$"
    r"|\b(?:what|who|where|anything|anyone|how) else\b|\bany other\b|\b(?:the|any) others?\b"
    r"|\b(?:that|the same) (?:day|time|year|month|week|night|morning|place|case|way)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}} {MONTH}|{MONTH} \d{{1,2}}\b)(?:,? (?:1[5-9]|20)\d\d)?"
    rf"|(?:{MONTH} )?(?:1[5-9]|20)\d\d)\b",
    re.IGNORECASE,
)
_THAT_TIME = re.compile(
    r"(?:\b(?P<preposition>in|on|during|at|since|before|after) )?"
    r"\b(?:that|this|the same) (?:day|year|month|time|week)\b",
    re.IGNORECASE,
)
_AMOUNTS = frozenset("many much long old often far big large tall high deep heavy fast soon".split())
_EXPLAINED = re.compile(r"(?P<question>[^()]+[?.!]) \((?P<topic>[^()]+)\)")
_WHO_SAID = re.compile(
    r"(?:who|which (?:paper|outlet|source)) (?:said|says|told|tells|reported|reports|claimed|claims|wrote|writes|gave)"
    r" (?:so|that|this|it|you)|says who|according to (?:whom?|which (?:paper|outlet|source))"
    r"|where (?:does|did) (?:it|you|that) (?:say|says|come|get)(?: (?:so|that|this|it|from))*|(?:what|which) source",
    re.IGNORECASE,
)
# 'and who before him?'
_WHO_BEFORE = re.compile(
    r"(?:who(?: (?:was|came|held|did|had|led|ran|it|that|the|this|job|post|office|role))* )?"
    r"(?P<way>before|after) (?P<whom>him|her|them)",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:(?:is|was|were|be) it|it (?:is|was|be|has been|will be|would be))(?: (?:ever|always|then|the|much|far))*"
    r" (?:more|less|fewer|higher|lower|highest|lowest|most|least|same|different|larger|smaller|bigger|up|down)\b",
    re.IGNORECASE,
)
_A_THING = re.compile(r"\b(?:the|a|an)\s+\w", re.IGNORECASE)
_ASKS = re.compile(rf"{QUESTION_WORD}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StandAlone:
    """A question without the chat before it.

    Attributes:
        asked: What is searched for.
        to_read: What the reader is asked: the same without what only the search needs.
        topic: What a person put in brackets after the question, such as the headline of the article that is meant.
        other_than: The answer before, where it is asked what it was before that one.
    """

    asked: str
    to_read: str
    topic: str | None = None
    other_than: str | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to ask, and how likely the rules find it: to be added to a cosine."""

    question: StandAlone
    prior: float = 0.0


def resolve(question: str, history: Sequence[Turn], archive: Archive, now: datetime.date | None = None) -> StandAlone:
    """Return the question as it would be asked without the chat before it.

    'he' becomes the name that the last answer gave, or the person that the chat is about; 'and in Penrith?' takes
    the place of the same kind of phrase in the question before, 'and in 2024?' that of its dates; what else leans on
    the chat gets its subject in brackets. Where several readings are possible, the archive decides. A question that
    stands alone, or that the archive answers from elsewhere, is returned as it is. Without a chat nothing is searched
    for.

    Args:
        question: As it was asked.
        history: The turns before it, oldest first.
        archive: Where answers are looked for.
        now: The day from which 'last year' in the chat counts; None for today.
    """
    question = " ".join(question.split())
    if explained := _EXPLAINED.fullmatch(question):  # as this module or a person corrected it
        to_read = question if is_bare(explained["question"]) else explained["question"]  # nobody can read 'Why?'
        return StandAlone(question, to_read, explained["topic"])
    asked = not is_courtesy(question)
    turns: Sequence[Turn] = [_cut(turn) for turn in history[-_LOOKED_AT:] if _asks(turn.question)][-_TURNS:]
    if back := back_to(question, turns):
        question, turns = back
    if not (asked and turns and search_terms(question)):
        return _same(question)
    talk = _Talk(archive, turns, subject_of(turns, archive), now)
    chat = _replayed(talk)
    if other := other_one(without_lead_in(question), chat.before, talk.subject, archive):
        return StandAlone(bracketed(*other), *other)
    if ways := _ways(question, chat, talk):
        return _best(ways, archive)
    with_topic = _with_topic(question, talk).question
    if named(question) or not _continues(question, with_topic.asked, talk.subject, archive):
        return _same(question)
    return with_topic


@dataclass(frozen=True, slots=True)
class _Talk:
    """The turns that a question follows, at least one, what they are about, and the day from which dates count."""

    archive: Archive
    turns: Sequence[Turn]
    subject: Subject
    now: datetime.date | None

    def until(self, number: int) -> "_Talk":
        """Return the talk up to a turn, that one left out."""
        return replace(self, turns=self.turns[:number])

    @property
    def last(self) -> Turn:
        """The newest turn."""
        return self.turns[-1]


def _asks(question: str) -> bool:
    return bool(search_terms(question)) and not is_courtesy(question)


def _replayed(talk: _Talk) -> Chat:
    """Make the questions of the chat stand alone, one after the other, by the rules alone."""
    chats: list[Chat] = []
    for number, turn in enumerate(talk.turns):
        question, own = turn.question, talk.until(number)
        chat = chats[-1] if chats else None
        if back := back_to(question, own.turns):
            question, own = back[0], talk.until(len(back[1]))
            chat = chats[len(back[1]) - 1] if back[1] else None
        chats.append(_after(_bare(question), chat, own) if chat else Chat(_bare(question), {}, people_of(question)))
    return chats[-1]


def _after(question: str, chat: Chat, talk: _Talk) -> Chat:
    """Return a chat after one question more."""
    rest = without_lead_in(question)
    if is_bare(rest):
        return chat
    held, topic = chat.held, chat.topic
    if filled := _filled(rest, chat, talk):
        if pronoun := outside_pronoun(_bare(talk.last.question)):
            held = {**held, KIND[pronoun[0].lower()]: rest}
        before = filled.to_read
    elif changed := _changed(question, chat, talk):
        before = changed
        if _WHO_BEFORE.fullmatch(rest):
            held = {kind: name for kind, name in held.items() if kind not in "mf"}
    elif pronoun := outside_pronoun(rest):
        found = referents(pronoun[0], chat, _answer(talk.last), talk.subject, rest)
        text = next((mention.text for mention in found), pronoun[0])
        before, held = replaced(rest, pronoun, text), {**held, KIND[pronoun[0].lower()]: text}
        topic = _not_in(before, chat) if text.startswith("the ") or not named(text) else ""
    else:
        before, held = rest, {} if named(rest) else held
        topic = "" if named(rest) else _not_in(rest, chat)
    people = tuple(dict.fromkeys((*people_of(question), *chat.people)))
    return Chat(_bare(before), held, people, topic)


def _not_in(question: str, chat: Chat) -> str:
    """Return the last name of the question before that a question does not say, else what that one was about."""
    own = words_in(question)
    names = [name for name in named(chat.before) if part(words_in(name), own) < _MOSTLY]
    return names[-1] if names else chat.topic


def _ways(question: str, chat: Chat, talk: _Talk) -> list[_Way]:
    """Return ways to ask what plainly leans on the chat, the likeliest first; none where it may stand alone."""
    answer = _answer(talk.last)
    rest = _dated(without_lead_in(question), chat.before, answer)
    if is_bare(rest):
        return [_Way(_about(asked_again(chat.before, rest, answer), chat))]
    if filled := _filled(rest, chat, talk):
        return [_Way(filled)]
    if changed := _changed(question, chat, talk):
        before = (answer or None) if asks_before(rest) else None
        return [_Way(replace(_about(changed, chat), other_than=before))]
    if pronoun := outside_pronoun(rest):
        return _of_pronoun(rest, pronoun, chat, talk)
    if _POINTS.search(question) or len(set(search_terms(rest)) - _AMOUNTS) < 2:
        return [_with_topic(rest, talk)]
    return []


def _of_pronoun(rest: str, pronoun: re.Match[str], chat: Chat, talk: _Talk) -> list[_Way]:
    """Return ways to ask with what a pronoun may stand for in its place, the likeliest first."""
    if _COMPARED.search(rest) and asks_figure(chat.before):  # the figure, not what it is a figure of
        return [_Way(StandAlone(bracketed(capitalised(rest), chat.before), capitalised(rest)))]
    found = referents(pronoun[0], chat, _answer(talk.last), talk.subject, rest)
    ways = [_Way(_named_in(rest, pronoun, m.text, chat, talk.subject), _PRIOR * m.weight) for m in found[:_WAYS]]
    return ways or [_with_topic(rest, talk)]


def _changed(question: str, chat: Chat, talk: _Talk) -> str | None:
    """Ask the question before with another time, place or thing, or who said so; None for what is no such ellipsis."""
    rest = without_lead_in(question).rstrip(" ?.!")
    before = chat.before
    if _WHO_SAID.fullmatch(rest):
        return f"Who said {before[:1].lower()}{before[1:]}?" if _ASKS.match(before) else f"Who said so? {before}?"
    if other := _WHO_BEFORE.fullmatch(rest):
        return _before_whom(other, chat, talk)
    rest = relative_time(rest, before, lambda: said_on(talk.turns, talk.archive), talk.now)
    time = timed(rest, before, talk.now)
    timeless, own = parted(before, talk.now)
    if time and not time.rest:
        return at_time(timeless, time.when)
    if not is_fragment(question):
        return None
    if named(rest) and len(rest.split()) <= _NAME_WORDS and (outlet := outlet_named(rest, talk.archive)):
        rest = f"according to {outlet}"
    return at_time(swapped(timeless, time.rest if time else rest, talk.subject), time.when if time else own)


def _before_whom(other: re.Match[str], chat: Chat, talk: _Talk) -> str | None:
    """Ask again who somebody is, of whom came before: 'Who leads it before Ana Dahl?'"""
    whom, asked = _answer(talk.last), chat.before
    whom = next((mention.text for mention in referents(other["whom"], chat, whom, talk.subject, "")), whom)
    if not asked.lower().startswith("who "):
        answered = (turn.question for turn in reversed(talk.turns) if words_in(whom) <= words_in(turn.answer or ""))
        asked = next((question for question in answered if question.lower().startswith("who ")), "")
    return f"{parted(asked, talk.now)[0]} {other['way'].lower()} {whom}?" if whom and asked else None


def _about(question: str, chat: Chat) -> StandAlone:
    """Add what the question before was about, where it did not say it."""
    if chat.topic and part(words_in(chat.topic), words_in(question)) < _MOSTLY:
        return StandAlone(bracketed(question, chat.topic), question)
    return _same(question)


def _filled(rest: str, chat: Chat, talk: _Talk) -> StandAlone | None:
    """Put a name, where the follow-up is only that, for the pronoun or the definite thing of the question before.

    So which one is meant can be typed. A definite thing is taken only of a question that had no answer.
    """
    if not is_only_name(rest):
        return None
    name = rest.rstrip(" ?.!")
    if pronoun := outside_pronoun(chat.before):
        return _same(f"{replaced(chat.before, pronoun, name)}?")
    if outside_pronoun(talk.last.question):  # of which the chat already made another name
        return _same(swapped(chat.before, name, talk.subject))
    if not talk.last.answer and not named(chat.before) and _A_THING.search(chat.before):
        question = f"{capitalised(chat.before)}?"
        return StandAlone(bracketed(question, name), question, name)
    return None


def _best(ways: Sequence[_Way], archive: Archive) -> StandAlone:
    """Return the way to ask to which the archive has the nearest passage, the rules' own liking added."""
    if len(ways) == 1:
        return ways[0].question
    vectors = archive.encoder.encode([way.question.to_read for way in ways])  # without brackets: they favour themselves
    nearest = [max((cosine for _, cosine in archive.dense(vector, 1)), default=0.0) for vector in vectors]
    return max(zip(ways, nearest, strict=True), key=lambda pair: pair[0].prior + pair[1])[0].question


def _continues(question: str, with_topic: str, subject: Subject, archive: Archive) -> bool:
    """Whether a question without a name or pronoun is about the chat's subject, and does not find it by itself."""
    if subject.passage is None or not subject.names or with_topic == question:
        return False
    wanted = words_in(subject.names[0].text)
    near = archive.dense(archive.encoder.encode([question])[0], DEPTH)
    own = [
        cosine
        for passage, cosine in near
        if passage.article_id == subject.passage.article_id or wanted <= words_in(f"{passage.title} {passage.text}")
    ]
    return bool(own) and own[0] > _NEAR and 0.0 < near[0][1] - own[0] < _NEARLY


def _named_in(question: str, pronoun: re.Match[str], text: str, chat: Chat, subject: Subject) -> StandAlone:
    """Put a name in the place of a pronoun.

    'The troops' may be any, so the chat's subject goes with them; what happened in a place is not the place.
    """
    if not named(text) or text.startswith("the "):
        named_so = replaced(question, pronoun, text)
        others = (m.text for m in subject.names if part(words_in(m.text), words_in(named_so)) < _MOSTLY)
        about = _not_in(named_so, chat) or next(others, None)
        return StandAlone(bracketed(named_so, about) if about else named_so, named_so)
    if KIND[pronoun[0].lower()] == "t" and is_place(text, chat.before, subject):
        asked = capitalised(question)
        return StandAlone(bracketed(asked, text), asked)
    return _same(replaced(question, pronoun, text))


def _dated(question: str, before: str, answer: str) -> str:
    """Write the day or year that was spoken of for 'that day', 'in the same year'."""
    back = _THAT_TIME.search(question)
    date = _DATE.search(answer) or _DATE.search(before)
    if not back or not date:
        return question
    preposition = back["preposition"] or ("on" if date["day"] else "in")
    return f"{question[: back.start()]}{preposition} {date[0]}{question[back.end() :]}"


# --- what the chat is about, in brackets


def _with_topic(question: str, talk: _Talk) -> _Way:
    """Add the chat's subject in brackets, where the question does not have it."""
    rest = capitalised(without_lead_in(question))
    topic = _topic(rest, talk)
    if not topic:
        return _Way(_same(rest))
    both = bracketed(rest, topic)
    return _Way(StandAlone(both, rest if len(rest.split()) > 2 else both))


def _topic(question: str, talk: _Talk) -> str:
    own = words_in(question)
    subject, answer = talk.subject, _answer(talk.last)
    names = [mention.text for mention in subject.names[:1]]
    options = [*names, *([answer] if is_name(answer) else []), *(subject.phrases[:1] if not names else [])]
    taken: list[str] = []
    for option in options:
        words = words_in(option)
        if part(words, own) < _MOSTLY and not any(words & words_in(other) for other in taken):
            taken.append(option)
    return ", ".join(taken[:2])


def _answer(turn: Turn) -> str:
    return " ".join((turn.answer or "").split()).rstrip(" .")


def _cut(turn: Turn) -> Turn:
    return Turn(turn.question[:_TURN_CHARACTERS], (turn.answer or "")[:_TURN_CHARACTERS] or None)


def _bare(question: str) -> str:
    return " ".join(question.split()).rstrip(" ?.!")


def _same(question: str) -> StandAlone:
    return StandAlone(question, question)
