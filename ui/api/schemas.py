"""What the API takes and gives, as its OpenAPI document says it."""

from typing import Annotated, Self

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ingest.article import Article
from qa.assistant import MAX_QUESTION_CHARACTERS
from qa.types import ArticleRef, ReaderName, Turn

__all__ = [
    "MOST_ON_A_PAGE",
    "ArticleList",
    "Found",
    "Problem",
    "Question",
    "Search",
    "SearchResult",
    "Wanted",
    "WholeArticle",
    "described",
    "wanted_articles",
]

_LONGEST_HISTORY = 100
_LONGEST_ANSWER = 20_000
_LONGEST_NAME = 1000
_MOST_OUTLETS = 100
MOST_ON_A_PAGE = 100
_DATE = "YYYY, YYYY-MM or YYYY-MM-DD"


def _whole(text: str) -> str:
    """Refuse half a surrogate pair, which JSON can spell and nothing can store or answer."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"half a character ({error.object[error.start]!a}) is no text") from None
    return text


_Text = Annotated[str, AfterValidator(_whole)]
_Name = Annotated[_Text, Field(max_length=_LONGEST_NAME)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """What is wrong, in one line that a person can read."""

    error: str


class EarlierTurn(_Strict):
    """An earlier turn of the chat."""

    question: _Text = Field(max_length=MAX_QUESTION_CHARACTERS)
    answer: _Text | None = Field(None, max_length=_LONGEST_ANSWER)

    def turn(self) -> Turn:
        """Return it as the assistant takes it."""
        return Turn(self.question, self.answer)


class Wanted(_Strict):
    """The articles to answer from: their outlets (none for all), and their first and last publication day."""

    outlets: list[_Name] = Field(default=[], max_length=_MOST_OUTLETS)
    since: _Text | None = Field(default=None, description=_DATE)
    until: _Text | None = Field(default=None, description=_DATE)


class Question(_Strict):
    """A question, the chat before it, oldest turn first, the articles that count, and the day it is asked on."""

    question: _Text
    history: list[EarlierTurn] = Field([], max_length=_LONGEST_HISTORY)
    filters: Wanted = Field(default_factory=Wanted)
    now: _Text | None = Field(default=None, description="YYYY-MM-DD; today where there is none")
    reader: ReaderName | None = Field(
        default=None,
        description="careful: right more often; fast: a fraction of the time. As served where there is none",
    )
    prose: bool = Field(default=True, description="whether the server's LLM writes, where it has one")


class Search(_Strict):
    """Words or a question to look for, the articles that count, and how many passages are wanted."""

    query: _Text
    filters: Wanted = Field(default_factory=Wanted)
    limit: int = Field(12, ge=1, le=MOST_ON_A_PAGE)


class Described(BaseModel):
    """An article without its text."""

    id: str
    title: str
    source: str
    url: str | None
    published: str | None = Field(description="YYYY-MM-DD; null when unknown")
    updated: str | None = Field(description="YYYY-MM-DD; null when unknown")
    outlet: str | None
    author: str | None
    section: str | None
    language: str | None

    @classmethod
    def of(cls, article: Article) -> Self:
        """Describe an article. Where its file lies on the keeper's disk (`place`) is nobody else's business."""
        return cls(**{name: getattr(article, name) for name in cls.model_fields if name != "text"})


class WholeArticle(Described):
    """An article with its text, into which the offsets of citations count."""

    text: str

    @classmethod
    def whole(cls, article: Article) -> "WholeArticle":
        """Return an article with its text."""
        return cls(text=article.text, **Described.of(article).model_dump())


class ArticleList(BaseModel):
    """One page of a list: ask again with `next` as the cursor for the page after it."""

    articles: list[Described]
    matching: int = Field(description="how many articles match, on all pages")
    next: str | None = Field(description="null on the last page")


class Found(BaseModel):
    """A passage: `text` is the article's text from `start` to `end`."""

    article: ArticleRef
    text: str
    start: int
    end: int
    score: float = Field(description="of meaning and words together; higher is better")


class SearchResult(BaseModel):
    """Passages, best first."""

    query: str
    passages: list[Found]


def described(article: Article) -> Described:
    """Return an article without its text."""
    return Described.of(article)


def wanted_articles(
    outlets: Annotated[list[_Name], Query(max_length=_MOST_OUTLETS, description="give it again for more")] = [],  # noqa: B006
    since: Annotated[str | None, Query(description=_DATE)] = None,
    until: Annotated[str | None, Query(description=_DATE)] = None,
) -> Wanted:
    """Return what the query of an address says of the articles that are wanted."""
    return Wanted(outlets=outlets, since=since, until=until)
