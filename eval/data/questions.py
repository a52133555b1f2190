"""Test sets from the data folder, as records. None of their text is part of the project."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import InputError
from ingest.passages import Passage
from qa.training import sources

__all__ = ["ReadingQuestion", "XQuad32", "load_xquad32"]

# The second says which articles are left out.
_FILES = ("xquad-en.json", "squad2-half-dev.json")


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    """A question whose answer stands in `passage` and not, as far as anyone knows, in `sibling`.

    `id` is its number in XQuAD-32, from 0. `answers` are accepted spellings, not empty. `sibling` is the
    paragraph after `passage` in the same article; after the last comes the first.
    """

    id: str
    text: str
    passage: Passage
    sibling: Passage
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class XQuad32:
    """The test set and the SHA-256 of each file that says what is in it."""

    questions: tuple[ReadingQuestion, ...]
    sha256: Mapping[str, str]


def load_xquad32(data: Path) -> XQuad32:
    """Load the articles of XQuAD (English) that are not in squad2-half-dev, which readers are trained on.

    Raises:
        InputError: A file is missing from the folder, or is not what its name says.
    """
    try:
        asked = sources.load_xquad32(data)
        sha256 = {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in _FILES}
    except OSError as error:
        raise InputError(f"cannot read {error.filename}; give the folder of test sets with --data") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"the XQuAD or SQuAD file in {data} is not in SQuAD's format; fetch them again") from error
    questions = tuple(
        ReadingQuestion(
            str(number),
            question.text,
            _passage(question, question.passage),
            _passage(question, sibling),
            tuple(question.passage[start:end] for start, end in question.spans),
        )
        for number, (question, sibling) in enumerate(zip(asked, sources.siblings(asked), strict=True))
    )
    return XQuad32(questions, sha256)


def _passage(question: sources.Question, text: str) -> Passage:
    return Passage(question.title, question.title, 0, 0, len(text), question.title, text)
