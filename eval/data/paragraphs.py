"""Articles that suites share: XQuAD-32's paragraphs, with where their answers stand, and Wikinews."""

from dataclasses import dataclass
from pathlib import Path

from eval.data.files import hash_of, parse_file
from eval.scores.stages import Place
from ingest.article import Article, article_id
from ingest.passages import Passage
from ingest.sources import read_articles
from qa.training import sources

__all__ = ["WIKINEWS", "Sought", "paragraph_article", "wikinews_articles", "xquad_hashes", "xquad_paragraphs"]

WIKINEWS = ("wikinews-2019.csv", "wikinews-2020.csv")


@dataclass(frozen=True, slots=True)
class Sought:
    """A question, accepted answers, and the places in stored articles of which any holds the evidence."""

    id: str
    question: str
    answers: tuple[str, ...]
    places: tuple[Place, ...]

    def is_in(self, passage: Passage) -> bool:
        """Whether a passage shares a character with one of the places."""
        return any(place.overlaps(passage.article_id, passage.start, passage.end) for place in self.places)


def wikinews_articles(data: Path) -> list[Article]:
    """Return the articles of both years, as `dateline ingest` reads them."""
    return [item for name in WIKINEWS for item in read_articles(str(data / name)) if isinstance(item, Article)]


def xquad_paragraphs(data: Path) -> tuple[list[Article], list[Sought]]:
    """Return an article for each paragraph of XQuAD-32, and its questions with the answer's own offsets.

    A question's id is 'xquad/' and its number in the file's order, from 0.

    Raises:
        InputError: A file is missing from the folder, or is not in SQuAD's format.
    """
    asked = parse_file(data / "xquad-en.json", lambda _: sources.load_xquad32(data))
    articles = {question.passage: paragraph_article(question.title, question.passage) for question in asked}
    sought = [
        Sought(
            f"xquad/{number}",
            question.text,
            tuple(dict.fromkeys(question.passage[start:end] for start, end in question.spans)),
            tuple(Place(articles[question.passage].id, start, end) for start, end in question.spans),
        )
        for number, question in enumerate(asked)
    ]
    return list(articles.values()), sought


def xquad_hashes(data: Path) -> dict[str, str]:
    """Return the SHA-256 of the two files that XQuAD-32 comes from.

    Raises:
        InputError: One is missing.
    """
    return {name: hash_of(data / name) for name in ("xquad-en.json", "squad2-half-dev.json")}


def paragraph_article(title: str, text: str) -> Article:
    """Return a paragraph as an article; the same words make the same article."""
    return Article(article_id(text), title.replace("_", " "), text, "paragraph")
