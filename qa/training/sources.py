"""Training files -> questions with their passages and answer spans.

SQuADShifts (Miller et al. 2020; wiki, amazon, reddit), QAMR (Michael et al. 2018; dev, test), squad2-half-dev:
SQuAD 2.0's dev set (Rajpurkar et al. 2018) in the half of it that chrischute/squad keeps for development, and the sets
of MORE, and timeqa-human-train (Chen et al. 2021) but for its first pages, which are left to the answer chooser, as
covid-qa is (Möller et al. 2020).
"""

import itertools
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import bm25s

from ingest.article import Article
from ingest.passages import Passage, split_passages

__all__ = [
    "CALIBRATION_TITLES",
    "DATED_TIMES",
    "LEFT_PAGES",
    "MORE",
    "SINGLE",
    "Question",
    "Span",
    "among_others",
    "dated_questions",
    "load_calibration",
    "load_questions",
    "load_xquad32",
    "page_text",
    "plain",
    "siblings",
    "split_dev",
    "squad_questions",
]

Span = tuple[int, int]

# Whole titles of squad2-half-dev that the reader is never trained on, so that abstention can be
# calibrated on them. The baseline in ../shared/reader was trained on all sixteen.
CALIBRATION_TITLES = frozenset({"Steam_engine", "Harvard_University", "Islamism", "Warsaw"})

# Pages of timeqa-human-train, from the first: eval/data/train_sets.py takes 40 of them for the chooser.
LEFT_PAGES = 50
# How often each of its some 900 questions stands among the 115,000: no other set asks for the value of a date.
DATED_TIMES = 5
OTHERS = 4
SHIFTS = ("wiki", "amazon", "reddit")
# source -> its files, all in SQuAD's format
MORE = {
    "squad1": ("squad1-train-pieces-1", "squad1-train-pieces-2", "squad1-train-pieces-3"),
    "nq": ("nq-open-oracle",),
    "quoref": ("quoref-contrast",),
    "fairytale": ("fairytaleqa-1", "fairytaleqa-2"),
    "friends": ("friendsqa",),
    "conda": ("condaqa",),
}
SINGLE = {"squad1-sentences": ("squad1-train-sentences",), "discourse": ("qadiscourse",)}  # a passage is one sentence
AROUND = 12  # of the nearest sentences, those that may be set around one that stands alone
TREEBANK = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}
CLOSING = {",", ".", ";", ":", "?", "!", "%", "''", "-RRB-", "-RSB-", "n't"}
OPENING = {"-LRB-", "-LSB-", "``", "$"}


@dataclass(frozen=True)
class Question:
    """A question and one passage to read for it.

    `spans` are half-open character offsets in `passage`, one for each annotator (so they may repeat);
    empty when the passage does not answer. `source` names the file's set, `title` the article.
    """

    source: str
    title: str
    text: str
    passage: str
    spans: tuple[Span, ...]


def load_questions(data: Path, seed: int) -> list[Question]:
    """All training questions under `data`, in file order; `seed` chooses QAMR's neighbouring sentences."""
    questions: list[Question] = []
    for name in SHIFTS:
        questions += squad_questions(data / f"squadshifts-{name}.json", name)
    halves = squad_questions(data / "squad2-half-dev.json", "squad2")
    questions += [question for question in halves if question.title not in CALIBRATION_TITLES]
    questions += qamr_questions(data, seed)
    for source, names in MORE.items():
        for name in names:
            questions += squad_questions(data / f"{name}.json", source)
    for source, names in SINGLE.items():
        for name in names:
            questions += among_others(list(squad_questions(data / f"{name}.json", source)), seed)
    return questions + DATED_TIMES * list(dated_questions(data / "timeqa-human-train.json"))


def load_calibration(data: Path) -> list[Question]:
    """Questions of the four titles that are kept for calibrating abstention."""
    halves = squad_questions(data / "squad2-half-dev.json", "squad2")
    return [question for question in halves if question.title in CALIBRATION_TITLES]


def load_xquad32(data: Path) -> list[Question]:
    """Questions of XQuAD-32, a test set: the articles of xquad-en.json that squad2-half-dev does not hold."""
    halves = json.loads((data / "squad2-half-dev.json").read_text(encoding="utf-8"))
    titles = {article["title"] for article in halves["data"]}
    return [q for q in squad_questions(data / "xquad-en.json", "xquad") if q.title not in titles]


def siblings(questions: Sequence[Question]) -> list[str]:
    """For each question the passage after its own in the same article (after the last comes the first)."""
    articles: dict[tuple[str, str], list[str]] = defaultdict(list)
    for passage, source, title in dict.fromkeys((q.passage, q.source, q.title) for q in questions):
        articles[source, title].append(passage)
    after = {
        passage: passages[(n + 1) % len(passages)]
        for passages in articles.values()
        for n, passage in enumerate(passages)
    }
    return [after[question.passage] for question in questions]


def split_dev(questions: Sequence[Question]) -> tuple[list[Question], list[Question]]:
    """(training, development): about a twentieth of SQuADShifts, whole articles of it, is development.

    Reddit's comments are one article in the file; there a passage counts as one. The baseline was trained on all.
    """

    def is_dev(question: Question) -> bool:
        key = question.passage if question.source == "reddit" else question.title
        return question.source in ("wiki", "amazon", "reddit") and crc32(key.encode()) % 20 == 0

    return [q for q in questions if not is_dev(q)], [q for q in questions if is_dev(q)]


def squad_questions(path: Path, source: str) -> Iterator[Question]:
    """Questions of a file in SQuAD's format; annotations whose offsets do not fit the text are left out."""
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            passage = paragraph["context"]
            for asked in paragraph["qas"]:
                found = [(a["answer_start"], a["answer_start"] + len(a["text"]), a["text"]) for a in asked["answers"]]
                spans = tuple((start, end) for start, end, text in found if text and passage[start:end] == text)
                if spans or not found:
                    yield Question(source, article.get("title", ""), asked["question"].strip(), passage, spans)


def page_text(paragraphs: Sequence[str]) -> tuple[str, list[int]]:
    """Return the text of a TimeQA page, blank lines between its paragraphs, and where each of them begins in it."""
    ends = itertools.accumulate(len(paragraph) + 2 for paragraph in paragraphs)
    return "\n\n".join(paragraphs), [0, *ends][: len(paragraphs)]


def dated_questions(path: Path) -> Iterator[Question]:
    """TimeQA's questions, each on the first passage of its page that holds a marked answer.

    One page answers several questions that differ in their dates alone. A question that it does not answer stands
    beside the passage that answers most of the others.
    """
    for page in json.loads(path.read_text(encoding="utf-8"))[LEFT_PAGES:]:
        whole, starts = page_text(page["paras"])
        title = page["paras"][0][:200]
        passages = split_passages(Article(page["index"], title, whole, path.name))
        found: list[tuple[str, Passage | None, tuple[Span, ...]]] = []
        for text, marked in page["questions"]:
            places = [(starts[a["para"]] + a["from"], starts[a["para"]] + a["end"]) for a in marked if a["answer"]]
            holding = (p for p in passages if any(p.start <= start and end <= p.end for start, end in places))
            passage = next(holding, None)
            if places and passage is None:
                continue  # marked across the end of every passage
            inside = [
                (start - passage.start, end - passage.start)
                for start, end in places
                if passage and passage.start <= start and end <= passage.end
            ]
            found.append((text.strip(), passage, tuple(inside)))
        if usual := Counter(passage for _, passage, _ in found if passage).most_common(1):
            for text, passage, spans in found:
                yield Question("timeqa", title, text, (passage or usual[0][0]).text, spans)


def among_others(questions: Sequence[Question], seed: int) -> Iterator[Question]:
    """Questions on single sentences, each sentence set among one to OTHERS of its AROUND nearest ones by BM25.

    A neighbour that holds one of the answers, case and punctuation aside, is left out. Neighbours at random would give
    the sentence away by its subject.
    """
    rng = random.Random(f"among:{seed}")  # noqa: S311
    sentences = list(dict.fromkeys(question.passage for question in questions))
    place = {sentence: number for number, sentence in enumerate(sentences)}
    words = bm25s.tokenize(sentences, stopwords="en", show_progress=False)
    index = bm25s.BM25()
    index.index(words, show_progress=False)
    near, _ = index.retrieve(words, k=min(AROUND, len(sentences)), show_progress=False)
    bare = [plain(sentence) for sentence in sentences]
    for question in questions:
        own = place[question.passage]
        answers = {plain(question.passage[start:end]) for start, end in question.spans} - {""}
        others = [int(n) for n in near[own] if n != own and not any(answer in bare[int(n)] for answer in answers)]
        chosen = [sentences[n] for n in rng.sample(others, min(len(others), rng.randint(1, OTHERS)))]
        before = chosen[: rng.randint(0, len(chosen))]
        shift = sum(len(sentence) + 1 for sentence in before)
        passage = " ".join([*before, question.passage, *chosen[len(before) :]])
        spans = tuple((start + shift, end + shift) for start, end in question.spans)
        yield Question(question.source, f"{question.source} {own}", question.text, passage, spans)


def plain(text: str) -> str:
    """Words in lower case, a space between them: what is compared where case and punctuation do not count."""
    return " ".join(re.findall(r"\w+", text.lower()))


def qamr_questions(data: Path, seed: int) -> Iterator[Question]:
    """QAMR's questions, each sentence set among up to OTHERS other sentences of its document, in their order.

    Several sentences of one article hold several names and numbers, as a passage of an archive does.
    """
    rng = random.Random(f"qamr:{seed}")  # noqa: S311
    sentences = _qamr_sentences(data / "qamr-sentences.tsv")
    documents: dict[str, list[str]] = defaultdict(list)
    for key in sentences:
        documents[_document(key)].append(key)
    for key, asked in _qamr_answers(data, sentences).items():
        words = sentences[key][1]
        others = [other for other in documents[_document(key)] if other != key]
        chosen = {key, *rng.sample(others, min(len(others), rng.randint(1, OTHERS)))}
        ordered = [other for other in documents[_document(key)] if other in chosen]
        before = [sentences[other][0] for other in ordered[: ordered.index(key)]]
        passage = " ".join(sentences[other][0] for other in ordered)
        shift = sum(len(sentence) + 1 for sentence in before)
        for question, answers in asked.items():
            spans = tuple((words[first][0] + shift, words[last][1] + shift) for first, last in answers)
            yield Question("qamr", _document(key), question, passage, spans)


def _qamr_sentences(path: Path) -> dict[str, tuple[str, list[Span]]]:
    """Sentence id -> (text, offsets of each of its words)."""
    sentences = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, tokens = line.split("\t")
        sentences[key] = _detokenize(tokens.split(" "))
    return sentences


def _qamr_answers(data: Path, sentences: dict[str, tuple[str, list[Span]]]) -> dict[str, dict[str, list[Span]]]:
    """Sentence id -> question -> first and last word of each answer that is (nearly) contiguous."""
    asked: dict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for name in ("qamr-dev.tsv", "qamr-test.tsv"):
        for line in (data / name).read_text(encoding="utf-8").splitlines():
            columns = line.split("\t")
            key, question = columns[0], columns[5].strip()
            if key not in sentences:
                continue
            # Validators' answers read 'worker:indices', or 'worker:Invalid' and the like.
            answers = [columns[6], *(column.partition(":")[2] for column in columns[7:])]
            for answer in answers:
                span = _word_span(answer, len(sentences[key][1]))
                if span:
                    asked[key][question].append(span)
    return asked


def _word_span(indices: str, length: int) -> Span | None:
    """'3 4 6' -> (3, 6); None for no indices, more than two gaps, or an index past the sentence."""
    words = [int(word) for word in indices.split() if word.isdigit()]
    if not words or words[-1] >= length or words[-1] - words[0] + 1 > len(words) + 2 or words[0] > words[-1]:
        return None
    return words[0], words[-1]


def _detokenize(tokens: Sequence[str]) -> tuple[str, list[Span]]:
    """Treebank tokens -> plain text and the offsets of each token in it."""
    text = ""
    words: list[Span] = []
    previous = ""
    for token in tokens:
        shown = TREEBANK.get(token, token)
        joined = token in CLOSING or token.startswith("'") or previous in OPENING or not text
        text += shown if joined else f" {shown}"
        words.append((len(text) - len(shown), len(text)))
        previous = token
    return text, words


def _document(sentence_key: str) -> str:
    """'Wiki1k:wikipedia:16016:90:8' -> 'Wiki1k:wikipedia:16016'."""
    return sentence_key.rsplit(":", 2)[0]
