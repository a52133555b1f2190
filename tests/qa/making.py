"""What the tests of single stages start from: passages and evidence of articles that stand in no archive."""

from ingest.article import Article, Facts
from ingest.passages import split_passages
from qa.read.evidence import Evidence
from qa.retrieve.hybrid import Candidate
from qa.types import Span

__all__ = ["candidate", "evidence", "facts"]


def facts(article: Article) -> Facts:
    return Facts(
        article.id, article.title, article.source, article.url, article.published, article.outlet, article.story
    )


def candidate(article: Article, cosine: float = 0.5, keyword: float = 0.5) -> Candidate:
    """The only passage of an article."""
    (passage,) = split_passages(article)
    return Candidate(passage, facts(article), cosine, keyword, cosine)


def evidence(article: Article, words: str, probability: float = 0.6, score: float = 1.0) -> Evidence:
    """The first place where words stand in an article of one passage."""
    found = candidate(article)
    start = article.text.index(words)
    return Evidence.of(found, Span(found.passage.id, start, start + len(words), score), probability, probability)
