"""Places in stored articles, as citations."""

from ingest.article import Article, Facts
from qa.read.evidence import Evidence
from qa.types import ArticleRef, Citation

__all__ = ["article_ref", "cite"]


def article_ref(article: Article | Facts) -> ArticleRef:
    """Return what a citation says of its article."""
    return ArticleRef(article.id, article.title, article.source, article.url, article.published, article.outlet)


def cite(number: int, item: Evidence, as_of: str | None = None) -> Citation:
    """Cite a place of an article in its sentence, and the day for which it is said."""
    return Citation(
        number=number,
        article=article_ref(item.article),
        quote=item.text,
        start=item.place[0],
        end=item.place[1],
        sentence=item.said,
        sentence_start=item.sentence[0],
        sentence_end=item.sentence[1],
        as_of=as_of,
    )
