"""Example questions that the archive can answer: made from its sentences, kept only if they are answered."""

import re
import threading
from collections.abc import Iterator

from ingest.article import Article
from ingest.errors import DatelineError
from ingest.passages import sentence_spans
from ui.asker import Asker
from ui.library import Library

__all__ = ["MOST_EXAMPLES", "Examples", "candidate_questions"]

MOST_EXAMPLES = 4
_ARTICLES_LOOKED_AT = 60
_QUESTIONS_TRIED = 8  # an answer takes about 0.1 s

# Each pattern needs a name in the question, or the question would mean nothing by itself.
_NAME = r"(?!\w+day\b)[A-Z][\w'’-]+"
_END = r"(?=[,.;:]| (?:in|on|at|for|after|by|since|when|today|now)\b)"  # no name is cut in half
_PERSON = rf"(?P<answer>{_NAME}(?: {_NAME}){{1,2}})"
_NUMBER = r"(?P<answer>\d[\d,.]*\d(?: million| billion)?|\d)"
_ROLE = (
    r"(?:president|prime minister|minister|mayor|governor|director|chair|chairman|chairwoman|chief executive|"
    r"chancellor|secretary|commissioner|commander|head|leader|spokesman|spokeswoman)"
)
_PATTERNS = (
    # 'Maja Tveter, the transport minister of Halvern, said'
    (
        rf"{_PERSON}, (?:the )?(?P<q>(?!(?:the|an?|former|formerly) )(?:[a-z-]+ ){{0,2}}{_ROLE}"
        rf" (?:of|for|at) (?:the )?(?:{_NAME} ?){{1,4}}),",
        "Who is the {q}?",
    ),
    # 'Lionel Bray, Brightwater's chairman, said'
    (rf"{_PERSON}, (?P<q>{_NAME}['’]s (?:[a-z-]+ ){{0,2}}{_ROLE}),", "Who is {q}?"),
    # 'Ana Brecht was elected mayor of Marlow'
    (
        rf"{_PERSON} (?:was|has been) (?P<q>(?:elected|appointed|named(?! after)|sworn in as)"
        rf" [\w'’ -]{{0,40}}{_NAME}){_END}",
        "Who was {q}?",
    ),
    # 'Ana Brecht won the Marlow Prize'
    (rf"{_PERSON} (?:won|has won) (?P<q>(?:the|a) [\w'’ -]{{0,30}}{_NAME}){_END}", "Who won {q}?"),
    # '4,100 troops remain in Qasara', '12 people were killed in Marlow'
    (
        rf"{_NUMBER} (?P<q>(?:people|men|women|children|[a-z]+s) (?:were|are|remain|died|live|work|took part)"
        rf" [\w'’ -]{{0,50}}{_NAME}){_END}",
        "How many {q}?",
    ),
    # 'The Norrfjord Bridge will cost 41 million euros'
    (
        rf"(?P<q>[Tt]he [\w'’ -]{{0,40}}{_NAME}[\w'’ -]{{0,20}}?) (?:will cost|is to cost|cost) {_NUMBER}",
        "How much does {q} cost?",
    ),
)
_COMPILED = tuple((re.compile(pattern), question) for pattern, question in _PATTERNS)


class Examples:
    """The examples of an archive, found anew when it has changed. Safe for threads."""

    def __init__(self, library: Library, asker: Asker) -> None:
        self._library = library
        self._asker = asker
        self._lock = threading.Lock()
        self._found: list[str] = []
        self._found_for: object = None

    def known(self) -> list[str]:
        """Return what was found last, at no cost."""
        return self._found

    def find(self) -> list[str]:
        """Return up to four questions, each of another article, that the assistant answers as the article does."""
        with self._lock:
            version = self._library.version()
            if version != self._found_for:
                self._found = list(self._answered())
                self._found_for = version
            return self._found

    def _answered(self) -> Iterator[str]:
        tried = kept = 0
        seen: set[str] = set()
        for article in self._library.newest(_ARTICLES_LOOKED_AT):
            for question, answer in candidate_questions(article):
                if tried == _QUESTIONS_TRIED or kept == MOST_EXAMPLES:
                    return
                if question in seen:
                    continue
                seen.add(question)
                tried += 1
                if self._is_answered(question, answer):
                    kept += 1
                    yield question
                    break

    def _is_answered(self, question: str, expected: str) -> bool:
        try:
            answer = self._asker.ask(question)
        except DatelineError:
            return False
        return answer.found and (expected in answer.text or answer.text in expected)


def candidate_questions(article: Article) -> Iterator[tuple[str, str]]:
    """Yield (question, answer) pairs that plain patterns make of the article's sentences."""
    for start, end in sentence_spans(article.text):
        for pattern, question in _COMPILED:
            if found := pattern.search(article.text, start, end):
                words = found["q"].strip()
                yield (
                    question.format(q=words[:1].lower() + words[1:] if words.startswith("The ") else words),
                    found["answer"],
                )
