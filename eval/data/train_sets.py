"""The train questions that the way out is tuned by, and an archive of their articles. None of the test sets is read.

squad2-half-dev.json (half of SQuAD 2.0's dev set, from chrischute/squad), covid-qa.json (deepset-ai/COVID-QA) and
timeqa-human-train.json (wenhuchen/Time-Sensitive-QA): 16 articles of Wikipedia, 16 long papers, 40 long pages of
Wikipedia, with questions that were written beside their passage. wikiqa-doc-1.json (WikiQA: real queries, each with the
summary of the page that was clicked, most of which do not answer) and trecqa.json (TREC: questions and newswire
sentences, judged by hand): both may calibrate and test, and no shipped weight is trained on them.

Of squad2-half-dev only four titles are asked about, which qa/training leaves out.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ingest.archive import Archive
from ingest.article import Article, article_id
from ingest.passages import Passage
from ingest.pipeline import add_articles
from qa.training.overlap import TestText, test_texts
from qa.training.sources import CALIBRATION_TITLES, page_text

__all__ = ["NOW", "PAGES", "Asked", "Place", "build", "dated", "holds"]

_PAPERS, PAGES, _SUMMARIES = 16, 40, 500
NOW = date(2021, 1, 1)  # when timeqa's questions were written, about
_NEWSWIRE_FILES = 2  # of trecqa's three, train and dev: its test part is left alone
# How many questions of each set there are among the tuning questions at most.
_SHARES = {"squad2": 400, "covid": 60, "covid strange": 40, "timeqa": 190, "wikiqa": 400, "trec": 250}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer stands in an article."""

    article: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A train question: the set it is from, its article ('' where several may answer), and its answers."""

    source: str
    article: str
    question: str
    answers: tuple[Place, ...]

    def places(self, article: str) -> tuple[Place, ...]:
        """Return the answers that stand in an article."""
        return tuple(place for place in self.answers if place.article == article)


def squad_like(path: Path, titles: int, seed: int = 0) -> tuple[list[Article], list[Asked]]:
    """Read a file in SQuAD's format: an article for each title, its paragraphs joined; `titles` of them at most."""
    documents = json.loads(path.read_text(encoding="utf-8"))["data"]
    random.Random(seed).shuffle(documents)  # noqa: S311
    articles, asked = [], []
    for number, document in enumerate(documents[:titles]):
        title = str(document.get("title") or document["paragraphs"][0]["context"][:80].split("\n")[0]).replace("_", " ")
        id_ = article_id(f"{path.name}#{number}")
        text = ""
        for paragraph in document["paragraphs"]:
            start = len(text)
            text += paragraph["context"] + "\n\n"
            for item in paragraph["qas"]:
                spans = {(start + a["answer_start"], a["text"]) for a in item["answers"]}
                answers = tuple(Place(id_, at, at + len(words), words) for at, words in sorted(spans))
                asked.append(Asked(path.stem, id_, item["question"].strip(), answers))
        articles.append(Article(id_, title, text.rstrip("\n"), path.name))
    return articles, asked


def dated(path: Path, pages: int, tests: TestText) -> tuple[list[Article], list[Asked]]:
    """Read TimeQA's train set: an article for each of the first pages, paragraphs joined by blank lines.

    A page of which a test set holds a paragraph or a question is left out.
    """
    articles: list[Article] = []
    asked: list[Asked] = []
    for page in json.loads(path.read_text(encoding="utf-8")):
        if len(articles) == pages:
            break
        if any(map(tests.has_passage, page["paras"])) or any(tests.has_question(q) for q, _ in page["questions"]):
            continue
        id_ = article_id(f"{path.name}#{page['index']}")
        text, starts = page_text(page["paras"])
        articles.append(Article(id_, page["paras"][0][:200], text, path.name))
        for question, marked in page["questions"]:
            answers = (
                Place(id_, starts[a["para"]] + a["from"], starts[a["para"]] + a["end"], a["answer"]) for a in marked
            )
            asked.append(Asked(path.stem, id_, str(question).strip(), tuple(a for a in answers if a.text)))
    return articles, asked


def newswire(path: Path, seed: int = 5) -> tuple[list[Article], list[Asked]]:
    """Read trecqa: an article for each newswire sentence, and its questions.

    The sentences that answer are left out for every other question: what remains was judged not to, though it was
    retrieved for it.
    """
    paragraphs = [
        p for part in json.loads(path.read_text(encoding="utf-8"))["data"][:_NEWSWIRE_FILES] for p in part["paragraphs"]
    ]
    told: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(dict)
    for paragraph in paragraphs:
        for item in paragraph["qas"]:
            places = [(a["answer_start"], a["text"]) for a in item["answers"]]
            told[item["question"]] |= {paragraph["context"]: places} if places else {}
    questions = sorted(told)
    random.Random(seed).shuffle(questions)  # noqa: S311
    gone = {sentence for question in questions[1::2] for sentence in told[question]}
    kept = {p["context"]: article_id(f"trec#{p['context']}") for p in paragraphs if p["context"] not in gone}
    asked = []
    for question in questions:
        answers = tuple(
            Place(kept[sentence], at, at + len(words), words)
            for sentence, places in told[question].items()
            if sentence in kept
            for at, words in places
        )
        asked.append(Asked(path.stem, "", question, answers))
    return [Article(id_, "Newswire", text, path.name) for text, id_ in kept.items()], asked


def build(data: Path, archive: Archive, seed: int = 0, wanted: Callable[[str], bool] | None = None) -> list[Asked]:
    """Fill the archive with the train articles, unless it has them; return the questions, shuffled.

    With `wanted`, all those questions for which it is true, else of each set as many as _SHARES says.

    Of squad2-half-dev only the four titles that readers are not trained on are asked about: a reader is surer of
    what it has learned. covid-qa's papers beyond the first 16 are not in the archive: some of their questions have no
    answer there, though its subject is theirs.
    """
    tests = TestText(test_texts(data))
    squad, squad_asked = squad_like(data / "squad2-half-dev.json", 100)
    covid, covid_asked = squad_like(data / "covid-qa.json", 1000)
    papers = {article.id for article in covid[:_PAPERS]}
    missing = [a for a in covid_asked if a.article not in papers]
    pages, dated_asked = dated(data / "timeqa-human-train.json", PAGES, tests)
    summaries, queries = squad_like(data / "wikiqa-doc-1.json", _SUMMARIES)
    sentences, trec_asked = newswire(data / "trecqa.json")
    untrained = {article.id for article in squad if article.title.replace(" ", "_") in CALIBRATION_TITLES}
    sets = {
        "squad2": [a for a in squad_asked if a.article in untrained],
        "covid": [a for a in covid_asked if a.article in papers],
        "covid strange": [replace(a, source="covid-qa, papers not there", answers=()) for a in missing],
        "timeqa": dated_asked,
        "wikiqa": [a for a in queries if not tests.has_question(a.question)],
        "trec": [a for a in trec_asked if not tests.has_question(a.question)],
    }
    articles = [*squad, *covid[:_PAPERS], *pages, *summaries, *sentences]
    if next(iter(archive.articles()), None) is None:
        add_articles(archive, articles)
    chance = random.Random(seed)  # noqa: S311
    if wanted:
        asked = [a for own in sets.values() for a in own if wanted(a.question)]
    else:
        asked = [a for name, own in sets.items() for a in chance.sample(own, min(len(own), _SHARES[name]))]
    chance.shuffle(asked)
    return asked


def holds(passage: Passage, asked: Asked) -> bool:
    """Whether an answer of the question stands in the passage, at its place."""
    return any(passage.start <= place.start and place.end <= passage.end for place in asked.places(passage.article_id))
