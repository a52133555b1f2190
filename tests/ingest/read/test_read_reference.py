"""The project's reference input and a real archive, read as they lie in ../shared."""

from pathlib import Path

import pytest

from ingest.article import Article
from ingest.sources import count_articles, read_articles

_SHARED = Path(__file__).parents[3] / "../shared"
pytestmark = pytest.mark.skipif(not _SHARED.is_dir(), reason="../shared is not here")


def _articles(*names: str) -> list[Article]:
    items = [item for name in names for item in read_articles(str(_SHARED / name))]
    assert all(isinstance(item, Article) for item in items)
    return [item for item in items if isinstance(item, Article)]


def test_the_reference_article_is_its_headline_and_its_body() -> None:
    (article,) = _articles("articles/us-iraq-military-presence.txt")
    assert article.title == "US pushes for renewed military presence in Iraq"
    assert article.text.startswith("The US is to begin new negotiations with the Iraqi government")
    assert article.text.endswith("from the Baghdad government.")
    assert "\u00a0" not in article.text
    assert "\n\n\n" not in article.text
    assert article.text.count("\n\n") == 16  # 17 paragraphs, counted in the file
    assert (article.published, article.url) == (None, None)
    assert article.source == "us-iraq-military-presence.txt"


def test_every_row_of_a_real_table_is_a_dated_article() -> None:
    names = ("data/wikinews-2019.csv", "data/wikinews-2020.csv")
    articles = _articles(*names)
    assert len(articles) == len({article.id for article in articles}) == 171 + 124
    assert all(article.published and article.url for article in articles)
    assert sum(count_articles(str(_SHARED / name)) or 0 for name in names) == 171 + 124


def test_a_date_line_above_a_real_article_is_no_text() -> None:
    first = _articles("data/wikinews-2019.csv")[0]
    assert first.published == "2019-01-04"
    assert first.text.startswith("An apartment building collapsed on Monday in Magnitogorsk")
