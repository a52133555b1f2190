"""Follow-ups of chats from the data folder: CAsT 2020, CANARD, MTRAG-UN. None of their text is part of the project."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.data.files import parse_file
from eval.data.test_sets import article_of, load_mtrag
from ingest.article import Article, article_id
from qa.types import Turn

__all__ = ["CANARD", "CAST_2019", "CAST_2020", "MTRAG", "FollowUp", "Pool", "canard", "cast", "mtrag"]

CANARD = "canard-dev.json"
CAST_2019 = "cast-2019-resolved.tsv"
CAST_2020 = "cast-2020.json"
MTRAG = "mtrag-un.jsonl"

# CANARD's wording of QuAC's CANNOTANSWER.
_UNANSWERED = "I don't know."


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that follows others.

    Attributes:
        id: Unique within all the sets.
        question: As it was asked.
        history: The turns before it, oldest first.
        rewrite: As a person wrote it to be understood without the chat; None where nobody did.
        documents: Ids of the articles in the pool that are right for it.
        earlier: Ids of those that are right for the turns before it.
    """

    id: str
    question: str
    history: tuple[Turn, ...]
    rewrite: str | None
    documents: frozenset[str] = frozenset()
    earlier: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pool:
    """Follow-ups with something to find, and the articles to find it in."""

    turns: tuple[FollowUp, ...]
    articles: tuple[Article, ...]


def cast(data: Path) -> list[FollowUp]:
    """Return the follow-ups of CAsT 2020 (Dalton et al. 2020) that its authors rewrote, with the questions before.

    A rewrite that is the question itself is none. The passages it names are not at hand, so there are no documents.

    Raises:
        InputError: Here and below, the file is missing, or of another format.
    """
    return parse_file(data / CAST_2020, lambda text: list(_cast(json.loads(text))))


def canard(data: Path) -> Pool:
    """Return the rewritten follow-ups of CANARD (Elgohary et al. 2019) whose answer is known, and all answers.

    Every answer in a chat is an article whose title is the chat's, 'Person, section'; the last question of a
    chat has none, because an answer stands in the history of the question after it. Answers that say 'I don't
    know' are none, in the pool and in the history. In the history the chat's title is not given: an archive's
    reader is not asked about a page that both have before them. What only the title names is to be had from the
    articles that gave the earlier answers, as in an archive of one's own.
    """
    return parse_file(data / CANARD, lambda text: _canard(json.loads(text)))


def mtrag(data: Path) -> Pool:
    """Return MTRAG-UN's follow-ups that its contexts answer, at least in part, and the contexts of all its turns.

    Nobody rewrote them.
    """
    turns = load_mtrag(data).items
    contexts = {article_of(context).id: article_of(context) for turn in turns for context in turn.contexts}
    shown: dict[tuple[str, int], set[str]] = {}
    for turn in turns:
        shown.setdefault(_place(turn.id), set()).update(article_of(context).id for context in turn.contexts)
    asked = [
        FollowUp(
            f"mtrag-un/{turn.id}",
            turn.question,
            turn.history,
            None,
            frozenset(shown[_place(turn.id)]),
            frozenset(id_ for place, ids in shown.items() for id_ in ids if _follows(_place(turn.id), place)),
        )
        for turn in turns
        if turn.history and turn.contexts and turn.kind in ("answerable", "partial")
    ]
    return Pool(tuple(asked), tuple(contexts.values()))


def _place(task: str) -> tuple[str, int]:
    """Return the chat and the number of a turn from MTRAG-UN's 'chat<::>number'."""
    chat, _, number = task.rpartition("<::>")
    return chat, int(number)


def _follows(one: tuple[str, int], other: tuple[str, int]) -> bool:
    return one[0] == other[0] and one[1] > other[1]


def _cast(chats: list[Any]) -> Iterator[FollowUp]:
    for chat in chats:
        asked = [str(turn["raw_utterance"]) for turn in chat["turn"]]
        for place, turn in enumerate(chat["turn"]):
            rewrite = turn.get("manual_rewritten_utterance")
            if place and rewrite and _differ(rewrite, asked[place]):
                history = tuple(Turn(question) for question in asked[:place])
                yield FollowUp(f"cast-2020/{chat['number']}_{turn['number']}", asked[place], history, str(rewrite))


def _canard(records: list[Any]) -> Pool:
    """History is the title, the section, then questions and answers in turns."""
    articles: dict[tuple[str, int], Article] = {}
    for record in records:
        (title, section), said = record["History"][:2], record["History"][2:]
        for number, answer in enumerate(said[1::2], 1):
            key = (record["QuAC_dialog_id"], number)
            if answer != _UNANSWERED:
                articles[key] = Article(article_id(f"canard {key}"), f"{title}, {section}", answer, CANARD)
    turns = [
        FollowUp(
            f"canard/{record['QuAC_dialog_id']}/{record['Question_no']}",
            record["Question"],
            _history(record["History"][2:]),
            record["Rewrite"],
            frozenset({articles[key].id}),
            frozenset(articles[chat, n].id for n in range(1, number) if (chat, n) in articles),
        )
        for record in records
        if (key := (chat := record["QuAC_dialog_id"], number := record["Question_no"])) in articles
        and number > 1
        and _differ(record["Question"], record["Rewrite"])
    ]
    return Pool(tuple(turns), tuple(articles.values()))


def _history(said: Sequence[str]) -> tuple[Turn, ...]:
    answers = (None if answer == _UNANSWERED else answer for answer in said[1::2])
    return tuple(Turn(question, answer) for question, answer in zip(said[::2], answers, strict=True))


def _differ(one: str, other: str) -> bool:
    return " ".join(one.split()) != " ".join(other.split())
