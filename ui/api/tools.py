"""The MCP server: the tools `ask`, `open_article` and `watches` for language models, at /mcp (MCP)."""

import asyncio
from importlib.metadata import version

from fastapi import FastAPI
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Route

from ingest.errors import DatelineError
from ingest.filters import Filters
from qa.types import Answer, Citation
from ui.access.rules import Access
from ui.api.schemas import WholeArticle
from ui.asker import Asker
from ui.views.watch_records import WatchList, watch_list

__all__ = ["add_tools"]

_INSTRUCTIONS = (
    "An archive of news articles. `ask` answers a question in the articles' own words, each with the article, the date"
    " and the exact place; quote those and nothing else. When `found` is false the archive does not say. `open_article`"
    " returns the text of an article, into which the places count. `watches` lists the standing questions and how their"
    " answers changed; their sentences are those of the day on which they were told."
)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_LARGEST_BODY = 1_000_000


class Cited(BaseModel):
    """Words of an article: its text from `start` to `end` is `quote`, exactly."""

    quote: str
    start: int
    end: int
    sentence: str
    as_of: str | None
    article_id: str
    title: str
    outlet: str | None
    published: str | None
    url: str | None


class Different(BaseModel):
    """A different value that other articles give."""

    text: str
    as_of: str | None
    citations: list[Cited]


class Told(BaseModel):
    """An answer in the articles' words, or that they do not say, and why."""

    found: bool
    text: str
    confidence: float = Field(description="probability that the cited sentence answers, 0 to 1")
    as_of: str | None
    citations: list[Cited]
    others: list[Different]
    nearest: list[Cited] = Field(description="when nothing was found, the closest places")
    asked: str = Field(description="the question that was really searched for")
    reason: str | None


def add_tools(app: FastAPI, asker: Asker, access: Access) -> StreamableHTTPSessionManager:
    """Add /mcp; the app must live inside `manager.run()` of what is returned."""
    server = MCPServer(
        "dateline", title="Dateline", instructions=_INSTRUCTIONS, version=version("dateline"), log_level="WARNING"
    )

    @server.tool(annotations=_READS)
    async def ask(
        question: str, since: str | None = None, until: str | None = None, outlets: list[str] | None = None
    ) -> Told:
        """Answer a question from the news archive, in the articles' own words, with exact citations and dates.

        `since` and `until` are publication dates (YYYY, YYYY-MM or YYYY-MM-DD), `outlets` the newspapers that count.
        """
        last: Answer | None = None
        try:
            known = asker.assistant.archive.outlets
            filters = await asyncio.to_thread(Filters.parse, outlets or [], since, until, known)
            async for step in asker.stream(question, filters=filters, prose=False):
                last = step if isinstance(step, Answer) else None
        except DatelineError as error:
            raise ToolError(str(error)) from error
        assert last
        return _told(last)

    @server.tool(annotations=_READS)
    def open_article(article_id: str) -> WholeArticle:
        """Return an article of the archive with its text; `start` and `end` of citations are offsets into it."""
        article = asker.assistant.archive.article(article_id)
        if article is None:
            raise ToolError(f"no article with the id {article_id[:40]!r}: use an article_id that ask gave")
        return WholeArticle.whole(article)

    @server.tool(annotations=_READS)
    def watches(after: int = 0) -> WatchList:
        """Return the standing questions with their present answers, and the newest changes, newest first.

        `after` leaves out changes whose number is not above it.
        """
        try:
            return watch_list(asker.assistant.archive, max(0, min(after, 2**53)))
        except DatelineError as error:
            raise ToolError(str(error)) from error

    names = [f"[{name}]" if ":" in name else name for name in sorted(access.hosts)]
    hosts = [form for name in names for form in (name, f"{name}:*")]
    security = TransportSecuritySettings(
        allowed_hosts=hosts, allowed_origins=[f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
    )
    mounted = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        max_request_body_size=_LARGEST_BODY,
        transport_security=security,
    )
    (route,) = mounted.routes
    assert isinstance(route, Route)
    # Without sessions a GET is an open line on which nothing ever comes.
    app.router.routes.append(Route("/mcp", route.endpoint, methods=["POST"]))

    @app.api_route("/mcp", methods=["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"], include_in_schema=False)
    def only_post() -> None:
        raise HTTPException(405, "this takes POST", {"Allow": "POST"})

    return server.session_manager


def _told(answer: Answer) -> Told:
    return Told(
        found=answer.found,
        text=answer.text,
        confidence=answer.confidence,
        as_of=answer.as_of,
        citations=[_cited(citation) for citation in answer.citations],
        others=[
            Different(text=other.text, as_of=other.as_of, citations=[_cited(citation) for citation in other.citations])
            for other in answer.others
        ],
        nearest=[_cited(citation) for citation in answer.nearest],
        asked=answer.asked,
        reason=answer.reason,
    )


def _cited(citation: Citation) -> Cited:
    article = citation.article
    return Cited(
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        sentence=citation.sentence,
        as_of=citation.as_of,
        article_id=article.id,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        url=article.url,
    )
