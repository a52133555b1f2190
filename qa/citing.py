"""Places in stored articles, as citations."""

from collections.abc import Callable

from ingest.article import Article
from qa.choose import Scored
from qa.types import ArticleRef, Citation
from qa.wording import Place

__all__ = ["Articles", "Fetch", "article_ref", "cite"]

Fetch = Callable[[str], Article | None]


class Articles:
    """Articles by id, fetched once an answer; None for one that was removed."""

    def __init__(self, fetch: Fetch) -> None:
        """Fetch them with this."""
        self._fetch = fetch
        self._known: dict[str, Article | None] = {}

    def __getitem__(self, id_: str) -> Article | None:
        if id_ not in self._known:
            self._known[id_] = self._fetch(id_)
        return self._known[id_]

    def of(self, item: Scored) -> Article | None:
        """Return the article of a span, if it still holds the span's words where they were read."""
        article = self[item.candidate.passage.article_id]
        return article if article and article.text[item.span.start : item.span.end] == item.text else None


def article_ref(article: Article) -> ArticleRef:
    """Return what a citation says of its article."""
    return ArticleRef(article.id, article.title, article.source, article.url, article.published, article.outlet)


def cite(number: int, article: Article, quote: Place, sentence: Place, as_of: str | None = None) -> Citation:
    """Cite a place of an article, which lies inside the sentence, and the day for which it is said."""
    return Citation(
        number=number,
        article=article_ref(article),
        quote=article.text[slice(*quote)],
        start=quote[0],
        end=quote[1],
        sentence=article.text[slice(*sentence)],
        sentence_start=sentence[0],
        sentence_end=sentence[1],
        as_of=as_of,
    )
