"""The words to look for in a question, and which of them a text has."""

import re

__all__ = ["search_terms", "share", "subject_terms", "words_of"]

# 'U.S', '25,000' and '4.2m' are one word each.
_WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
# Words that stand in every article or every question: in a keyword search they only cost time.
_STOP_WORDS = frozenset(
    (
        "a about an and any are as at be been being but by can could did do does doing for from had has have"
        " having he her hers him his how i if in into is it its itself just may me might must my no nor not of"
        " off on or our out over shall she should so some such than that the their them then there these they"
        " this those to too was we were what when where which who whom whose why will with would you your tell"
        " give say said according article articles"
    ).split()
)


def search_terms(question: str) -> list[str]:
    """Return the words to look for in the keyword index, each once, in order.

    Words that stand in every article are left out, unless there are no others.
    """
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(question)))
    return [word for word in words if word not in _STOP_WORDS] or words


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
    return frozenset(_WORD.findall(text.lower()))


def _stem(word: str) -> str:
    """Return a word without the ending of a plural or an owner: 'skerries', 'skerry's' -> 'skerry'."""
    word = re.sub(r"['’]s?$", "", word)
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
