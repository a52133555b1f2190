"""The language of an article: the tag that it states, else what its words show."""

import functools
import re
from typing import Any

__all__ = ["detected", "language_tag"]

# Measured on 295 English news articles (Wikinews): the first 400 characters give 292 right, 3 unknown, none
# wrong, in 0.3 ms; of the first 100 two thirds stay unknown. Loading takes 1 to 2 s and 60 MB, once a process.
_SAMPLE = 400
_SURE = 0.95
_NONE = {"und", "zxx", "mul", "mis"}  # ISO 639: unknown, no words, several, other
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def language_tag(stated: str | None) -> str | None:
    """Return the language of a tag as it may be written ('en-GB', 'EN_us', 'pt'), in lower case and without region."""
    found = _TAG.fullmatch((stated or "").strip())
    tag = found[1].lower() if found else None
    return None if tag in _NONE else tag


def detected(text: str) -> str | None:
    """Return the language that the words of a text show, as ISO 639-1; None where they show none clearly."""
    sample = text[:_SAMPLE]
    if not any(map(str.isalpha, sample)):
        return None
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= _SURE and language not in _NONE else None


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
