"""The web app: the page and the API on one archive, served to this machine only."""

import asyncio
import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount

from ingest.archive import Archive
from ingest.errors import InputError
from qa.assistant import LLM_SECONDS, Assistant
from qa.types import ReaderName
from ui.access.login import add_login
from ui.access.rules import OPEN, Access, is_loopback
from ui.api.metrics import Metrics
from ui.api.routes import add_api, tell_errors
from ui.api.tools import add_tools
from ui.asker import Asker
from ui.views.offline import gradio as gr
from ui.views.theme import ASSETS, head, theme
from ui.web.connections import server_config
from ui.web.delivery import deliver_well
from ui.web.keeper import Keeper
from ui.web.library import Library
from ui.web.page import build_page
from ui.web.security import guard
from ui.web.uploads import MOST_FILE_BYTES

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["app_over", "create_app", "serve"]


def create_app(
    archive_path: Path,
    access: Access = OPEN,
    *,
    private: bool = False,
    chroma: str | None = None,
    reader: ReaderName = "careful",
    llm: "LLM | None" = None,
    llm_seconds: float = LLM_SECONDS,
) -> FastAPI:
    """Return the app over the archive in a folder; an empty one is made where there is none.

    By default it is for this machine only; `access` says otherwise. The page adds articles from public addresses of
    the web; with `private`, from those of this machine and its network too. `chroma` is as for `Archive.open`, `reader`
    reads where a question does not say which; `llm` and `llm_seconds` are as for `Assistant`.

    Raises:
        ArchiveError: The archive cannot be opened or made.
        ModelError: The reader or the encoder is missing or damaged.
    """
    archive = Archive.open(archive_path, create=True, chroma=chroma)
    return app_over(archive, Assistant(archive, reader, llm, llm_seconds=llm_seconds), access, private=private)


def serve(
    archive_path: Path,
    host: str,
    port: int,
    access: Access = OPEN,
    *,
    private: bool = False,
    chroma: str | None = None,
    reader: ReaderName = "careful",
    llm: "LLM | None" = None,
    llm_seconds: float = LLM_SECONDS,
) -> None:
    """Serve until interrupted; print the address once it answers. Port 0 takes a free one.

    Raises:
        InputError: The port is taken, or the host is not this machine's.
        ArchiveError, ModelError: As `create_app`.
    """
    assert is_loopback(host) or (access.accounts and access.token)  # `access_for` has refused anything else
    with _listen(host, port) as listener:  # before the models are loaded: a taken port is told at once
        app = create_app(
            archive_path, access, private=private, chroma=chroma, reader=reader, llm=llm, llm_seconds=llm_seconds
        )
        print(f"Dateline is at {access.address(host, listener.getsockname()[1])} (Ctrl-C stops it)", flush=True)
        uvicorn.Server(server_config(app)).run(sockets=[listener])


def app_over(archive: Archive, assistant: Assistant, access: Access = OPEN, *, private: bool = False) -> FastAPI:
    """Return the app over an open archive, which it closes when it stops; as `create_app`."""

    async def build() -> FastAPI:
        return _build(archive, assistant, access, private=private)

    # Without a running event loop, each Gradio app leaves one behind that is never closed (6.31).
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(build())
    return _build(archive, assistant, access, private=private)


def _build(archive: Archive, assistant: Assistant, access: Access, *, private: bool) -> FastAPI:
    received_in = _received_in()
    metrics = Metrics(
        {
            ("dateline_articles", "Articles in the archive"): lambda: len(archive),
            ("dateline_passages", "Passages in the archive"): archive.passage_count,
            ("dateline_questions_in_flight", "Questions being answered or waiting"): lambda: asker.in_flight,
        }
    )
    asker = Asker(assistant, told=metrics.asked)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        keeper = Keeper(assistant)
        async with tools.run():
            yield
        await asyncio.to_thread(keeper.close)
        await asyncio.to_thread(asker.close)
        archive.close()
        shutil.rmtree(received_in, ignore_errors=True)  # what was uploaded; atexit does not run after SIGTERM

    # FastAPI's own documentation pages load their scripts from another host.
    app = FastAPI(
        title="Dateline",
        version=version("dateline"),
        description="Ask an archive of articles; the answer comes in their own words, with source and date.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    add_login(app, access)
    deliver_well(app)
    guard(app, access)  # in front of the login
    add_api(app, asker, metrics)
    tools = add_tools(app, asker, access)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_page(Library(archive, private=private), asker, received_in, login=bool(access.accounts)),
        path="/",
        theme=theme(),
        head=head(),
        favicon_path=str(ASSETS / "icon.svg"),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        ssr_mode=False,
        pwa=False,
        show_error=False,
        max_file_size=MOST_FILE_BYTES,
    )
    page = mounted.router.routes[-1]
    assert isinstance(page, Mount)
    assert isinstance(page.app, FastAPI)
    tell_errors(page.app)
    return mounted


@cache
def _received_in() -> Path:
    """Make the folder in which this process gets files from browsers: only this user's, gone at exit."""
    folder = tempfile.mkdtemp(prefix="dateline-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["GRADIO_TEMP_DIR"] = folder
    return Path(folder)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # else a port stays taken for a minute after Ctrl-C; on Windows it would mean sharing it
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise InputError(f"cannot listen on {host} port {port} ({reason}): try another --port") from error
    listener.listen()
    return listener
