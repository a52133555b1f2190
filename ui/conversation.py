"""A chat as a value: each step takes the chat so far and returns the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ingest.errors import DatelineError
from ingest.filters import ALL_ARTICLES, Filters
from qa.types import Answer, Turn
from ui.present import answer_view

__all__ = ["LONGEST_CHAT", "Chat", "Exchange", "asking", "chat_view", "close", "open_question", "resolve"]

# Exchanges kept. The page gets all of them with each answer: 2.2 kB on average, 5.8 kB at most (60 gold questions).
LONGEST_CHAT = 100


class Ask(Protocol):
    """What answers a question, as `Assistant.ask` does."""

    def __call__(self, question: str, history: Sequence[Turn], *, filters: Filters) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with the filters it was asked with, and what came of it: an answer, a problem, or neither yet."""

    question: str
    filters: Filters = ALL_ARTICLES
    answer: Answer | None = None
    problem: str | None = None

    @property
    def waiting(self) -> bool:
        """Whether the answer is still being looked for."""
        return self.answer is None and self.problem is None


Chat = tuple[Exchange, ...]


def asking(chat: Chat, question: str, filters: Filters = ALL_ARTICLES) -> Chat:
    """Return the chat with a question that waits for its answer."""
    return (*chat, Exchange(question.strip(), filters))[-LONGEST_CHAT:]


def resolve(chat: Chat, ask: Ask) -> Chat:
    """Return the chat with its waiting question answered, or with the reason why it cannot be."""
    question = open_question(chat)
    if question is None:
        return chat
    try:
        answer = ask(question, _history(chat[:-1]), filters=chat[-1].filters)
        return (*chat[:-1], replace(chat[-1], answer=answer))
    except DatelineError as error:
        return close(chat, str(error))


def close(chat: Chat, problem: str) -> Chat:
    """Return the chat without a waiting question: it gets `problem` in place of an answer."""
    return chat if open_question(chat) is None else (*chat[:-1], replace(chat[-1], problem=problem))


def open_question(chat: Chat) -> str | None:
    """Return the question that waits for its answer, if one does."""
    return chat[-1].question if chat and chat[-1].waiting else None


def chat_view(chat: Chat) -> list[dict[str, Any]]:
    """Return what the page draws: per exchange its question, `state`, and the answer or the problem."""
    return [_exchange_view(exchange) for exchange in chat]


def _exchange_view(exchange: Exchange) -> dict[str, Any]:
    if exchange.answer is not None:
        return {"state": "answered", **answer_view(exchange.answer, exchange.filters)}
    state = "waiting" if exchange.waiting else "problem"
    return {"state": state, "question": exchange.question, "problem": exchange.problem}


def _history(chat: Chat) -> list[Turn]:
    """Return the turns that were answered; a question that failed says nothing about the next."""
    return [
        Turn(exchange.question, exchange.answer.text if exchange.answer.found else None)
        for exchange in chat
        if exchange.answer is not None
    ]
