"""Test sets of other people's, from the data folder, as records. None of their text is part of the project.

CLAPNQ (Rosenthal et al. 2025), QED (Lamm et al. 2021), MTRAG-UN (Katsis et al. 2025), RAMDocs (Wang et al. 2025) and
TimeQA (Chen et al. 2021); where the files come from says SOURCES.md beside them.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from eval.data.files import content_of, unlike
from ingest.article import Article, article_id
from qa.training.sources import page_text
from qa.types import Turn

__all__ = [
    "ChatTurn",
    "DatedPage",
    "DatedQuestion",
    "DisputedQuestion",
    "Document",
    "Loaded",
    "SentenceQuestion",
    "Source",
    "article_of",
    "load_clapnq",
    "load_mtrag",
    "load_qed",
    "load_ramdocs",
    "load_timeqa",
]

Item = TypeVar("Item")

# Archives want a headline; RAMDocs and a third of MTRAG's contexts have none. The same for all tells none apart.
_NO_TITLE = "Untitled"


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Item]):
    """What a file holds: its name, the SHA-256 of its bytes, and its records in file order."""

    name: str
    sha256: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A passage or a page: one article of the archive that is asked.

    `sentences` are the data's own, as (start, end) in `text`, trimmed; empty where the data marks none.
    """

    title: str
    text: str
    sentences: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SentenceQuestion:
    """A question about one passage, and the sentences of it that answer.

    Attributes:
        gold: Each annotator's choice, as places in `document.sentences`, not empty; () for a question that
            the passage does not answer.
        answers: Accepted short answers; empty where the data has none.
    """

    id: str
    question: str
    document: Document
    gold: tuple[frozenset[int], ...]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """The last turn of a chat. `kind` is answerable, unanswerable, partial or underspecified.

    `contexts` are the passages that people found for it; an unanswerable one has none.
    """

    id: str
    question: str
    history: tuple[Turn, ...]
    kind: str
    contexts: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One document of a disputed question: `kind` is correct, misinfo or noise; `answer` is what it says."""

    document: Document
    kind: str
    answer: str


@dataclass(frozen=True, slots=True)
class DisputedQuestion:
    """A question whose documents disagree: `gold` are all right values, `wrong` those planted."""

    id: str
    question: str
    sources: tuple[Source, ...]
    gold: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatedQuestion:
    """A question about one date; `answers` and `places`, (start, end) in the page's text, are empty without one."""

    id: str
    question: str
    answers: tuple[str, ...]
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DatedPage:
    """A page and its questions, all about one relation that changed with time, such as who the employer was."""

    document: Document
    questions: tuple[DatedQuestion, ...]


def article_of(document: Document) -> Article:
    """Return the document as an article, its words unchanged; equal documents give one article."""
    id_ = article_id(f"{document.title}\n{document.text}")
    return Article(id_, document.title, document.text, f"{id_}.txt")


def load_clapnq(data: Path, part: Literal["answerable", "unanswerable"]) -> Loaded[SentenceQuestion]:
    """Load CLAPNQ's dev questions of one part, each with its passage.

    An annotator who chose no sentence of an answerable question is left out, and a question with no other one.

    Raises:
        InputError: The file is missing from the folder, or is not what its name says.
    """
    loaded = _lines(data / f"clapnq-dev-{part}.jsonl", _clapnq)
    if part == "unanswerable":
        return loaded
    return Loaded(loaded.name, loaded.sha256, tuple(item for item in loaded.items if item.gold))


def load_qed(data: Path) -> Loaded[SentenceQuestion]:
    """Load the questions of QED's dev set that have a supporting sentence: those explained by a single one.

    Raises:
        InputError: The file is missing from the folder, or is not what its name says.
    """
    loaded = _lines(data / "qed-dev.jsonl", _qed)
    return Loaded(loaded.name, loaded.sha256, tuple(item for item in loaded.items if item.gold))


def load_mtrag(data: Path) -> Loaded[ChatTurn]:
    """Load the chat turns of MTRAG-UN, each with the turns before it.

    Raises:
        InputError: The file is missing from the folder, or is not what its name says.
    """
    return _lines(data / "mtrag-un.jsonl", _mtrag)


def load_ramdocs(data: Path) -> Loaded[DisputedQuestion]:
    """Load the questions of RAMDocs. Their ids are their lines, counted from 1.

    Raises:
        InputError: The file is missing from the folder, or is not what its name says.
    """
    return _lines(data / "ramdocs.jsonl", _ramdocs)


def load_timeqa(data: Path) -> Loaded[DatedPage]:
    """Load the pages of TimeQA's human-written test set: its paragraphs joined by blank lines.

    Raises:
        InputError: The file is missing from the folder, or is not what its name says.
    """
    path = data / "timeqa-human-test.json"
    content = content_of(path)
    try:
        pages = tuple(_timeqa(record) for record in json.loads(content))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise unlike(path) from error
    return Loaded(path.name, hashlib.sha256(content).hexdigest(), pages)


def _lines(path: Path, convert: Callable[[int, Any], Item]) -> Loaded[Item]:
    content = content_of(path)
    items = []
    for number, line in enumerate(content.splitlines(), 1):
        try:
            items.append(convert(number, json.loads(line)))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise unlike(f"{path}, line {number},") from error
    return Loaded(path.name, hashlib.sha256(content).hexdigest(), tuple(items))


def _clapnq(_: int, record: Any) -> SentenceQuestion:
    (passage,) = record["passages"]
    text = str(passage["text"])
    spans: list[tuple[int, int]] = []
    for sentence in passage["sentences"]:
        start = text.index(sentence.strip(), spans[-1][1] if spans else 0)
        spans.append((start, start + len(sentence.strip())))
    chosen = (output["selected_sentences"] for output in record["output"])
    gold = tuple(frozenset(map(passage["sentences"].index, sentences)) for sentences in chosen if sentences)
    document = Document(_line(passage["title"]), text, tuple(spans))
    return SentenceQuestion(str(record["id"]), str(record["input"]), document, gold)


def _qed(_: int, record: Any) -> SentenceQuestion:
    text, starts = str(record["paragraph_text"]), list(record["sentence_starts"])
    spans = tuple(
        (start, start + len(text[start:end].rstrip()))
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    )
    note = record["annotation"]
    gold = (
        (frozenset({starts.index(note["selected_sentence"]["start"])}),)
        if note["explanation_type"] == "single_sentence"
        else ()
    )
    # An answer of several pieces is what stands from the first to the last of them.
    answers = [text[min(p["start"] for p in a) : max(p["end"] for p in a)] for a in record["original_nq_answers"]]
    document = Document(_line(record["title_text"]), text, spans)
    return SentenceQuestion(str(record["example_id"]), str(record["question_text"]), document, gold, tuple(answers))


def _mtrag(_: int, record: Any) -> ChatTurn:
    *earlier, last = record["input"]
    if [turn["speaker"] for turn in earlier] != ["user", "agent"] * (len(earlier) // 2) or last["speaker"] != "user":
        raise ValueError("speakers do not take turns")
    history = [Turn(str(q["text"]), str(a["text"])) for q, a in zip(earlier[::2], earlier[1::2], strict=True)]
    (kind,) = record["answerability"]
    contexts = [Document(_line(c.get("title") or _NO_TITLE), str(c["text"]).strip()) for c in record["contexts"]]
    return ChatTurn(str(record["task_id"]), str(last["text"]), tuple(history), kind.lower(), tuple(contexts))


def _ramdocs(number: int, record: Any) -> DisputedQuestion:
    sources = [Source(Document(_NO_TITLE, str(d["text"]).strip()), d["type"], d["answer"]) for d in record["documents"]]
    gold, wrong = tuple(record["gold_answers"]), tuple(record["wrong_answers"])
    return DisputedQuestion(str(number), str(record["question"]), tuple(sources), gold, wrong)


def _timeqa(record: Any) -> DatedPage:
    paragraphs: list[str] = record["paras"]
    text, starts = page_text(paragraphs)
    questions = []
    for number, (question, marked) in enumerate(record["questions"], 1):
        answers = [answer for answer in marked if answer["answer"]]
        places = [(starts[a["para"]] + a["from"], starts[a["para"]] + a["end"]) for a in answers]
        texts = tuple(str(a["answer"]) for a in answers)
        questions.append(DatedQuestion(f"{record['index']}:{number}", str(question), texts, tuple(places)))
    return DatedPage(Document(_line(paragraphs[0]), text), tuple(questions))


def _line(title: str) -> str:
    return " ".join(title.split()) or _NO_TITLE
