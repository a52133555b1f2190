"""Test sets from the data folder, as records. None of their text is part of the project."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import InputError
from ingest.passages import Passage

__all__ = ["ReadingQuestion", "XQuad32", "load_xquad32"]

_XQUAD = "xquad-en.json"
_TRAINED_ON = "squad2-half-dev.json"


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    """A question whose answer stands in `passage` and not, as far as anyone knows, in `sibling`.

    `answers` are accepted spellings, not empty. `sibling` is the paragraph after `passage` in the same
    article; after the last comes the first.
    """

    text: str
    passage: Passage
    sibling: Passage
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class XQuad32:
    """The test set and the SHA-256 of the file it comes from."""

    questions: tuple[ReadingQuestion, ...]
    sha256: str


def load_xquad32(data: Path) -> XQuad32:
    """Load the articles of XQuAD (English) that are not in squad2-half-dev, which readers are trained on.

    Raises:
        InputError: A file is missing from the folder, or is not what its name says.
    """
    xquad, trained = _content(data / _XQUAD), _content(data / _TRAINED_ON)
    try:
        seen = {article["title"] for article in json.loads(trained)["data"]}
        articles = [article for article in json.loads(xquad)["data"] if article["title"] not in seen]
        questions = tuple(question for article in articles for question in _questions(article))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{data / _XQUAD} or {_TRAINED_ON} is not in SQuAD's format; fetch them again") from error
    return XQuad32(questions, hashlib.sha256(xquad).hexdigest())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}; give the folder of test sets with --data") from error


def _questions(article: dict[str, object]) -> list[ReadingQuestion]:
    title, paragraphs = str(article["title"]), article["paragraphs"]
    assert isinstance(paragraphs, list)
    passages = [
        Passage(f"{title}:{n}", title, n, 0, len(paragraph["context"]), title, paragraph["context"])
        for n, paragraph in enumerate(paragraphs)
    ]
    return [
        ReadingQuestion(
            question["question"],
            passages[n],
            passages[(n + 1) % len(passages)],
            tuple(answer["text"] for answer in question["answers"]),
        )
        for n, paragraph in enumerate(paragraphs)
        for question in paragraph["qas"]
    ]
