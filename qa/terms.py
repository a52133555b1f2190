"""Which words of a question a text has."""

import re

from qa.question import WORD, search_terms

__all__ = ["share", "subject_terms", "words_of"]

# Words with which one asks, not about which.
_REQUEST = frozenset(
    (
        "summarise summarize summary sum recap overview outline rundown describe description happened happens happening"
        " happen going went known know about tell everything anything something story news short brief quick report"
        " reported written latest please can could all more"
    ).split()
)


def subject_terms(question: str) -> frozenset[str]:
    """Return the stems of the words that say what a question is about; none for 'what happened?'."""
    return frozenset(_stem(term) for term in search_terms(question) if term not in _REQUEST)


def share(terms: frozenset[str], text: str) -> float:
    """Return which part of the stems stand in a text, in [0, 1]; 1 where there is none to look for."""
    return len(terms & {_stem(word) for word in words_of(text)}) / len(terms) if terms else 1.0


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, in lower case."""
    return frozenset(WORD.findall(text.lower()))


def _stem(word: str) -> str:
    """Return a word without the ending of a plural or an owner: 'skerries', 'skerry's' -> 'skerry'."""
    word = re.sub(r"['’]s?$", "", word)
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
