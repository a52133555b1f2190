"""What the tests share: the real encoder and reader, and the sample archive in a temporary folder."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from ingest.archive import Archive
from ingest.pipeline import add_articles
from ingest.sources import read_articles
from qa.assistant import Assistant
from qa.read.reader import Reader

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "eval" / "gold" / "articles"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input beside the project."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared, which is not beside this checkout")
    return folder


@pytest.fixture
def archive_dir(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture(scope="session")
def sample_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the sample articles; do not change it."""
    folder = tmp_path_factory.mktemp("sample") / "archive"
    with Archive.open(folder, create=True) as archive:
        report = add_articles(archive, read_articles(str(SAMPLE)))
    assert report.failed == ()
    return folder


@pytest.fixture(scope="session")
def sample_archive(sample_dir: Path) -> Iterator[Archive]:
    with Archive.open(sample_dir) as archive:
        yield archive


@pytest.fixture(scope="session")
def assistant(sample_archive: Archive) -> Assistant:
    """The assistant as shipped, whose reader takes four times the fast one's time."""
    return Assistant(sample_archive)


@pytest.fixture(scope="session")
def careful() -> Reader:
    """The reader as shipped, for assistants of a test's own: to load it takes 0.6 seconds of processor time."""
    return Reader.load()


@pytest.fixture(scope="session")
def fast_assistant(sample_archive: Archive) -> Assistant:
    """For tests of what is done with answers, whoever reads."""
    return Assistant(sample_archive, "fast")


@pytest.fixture(scope="session")
def browser_type_launch_args(playwright: Playwright) -> dict[str, object]:
    """The system's Chromium, else Playwright's own; it may not go looking for updates."""
    flags = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync"
    )
    own = playwright.chromium.executable_path
    path = shutil.which("chromium") or shutil.which("chromium-browser") or (own if Path(own).exists() else None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium, and CI runs the browser tests: make chromium")
        pytest.skip("no Chromium here: make chromium")
    return {"executable_path": path, "args": flags.split()}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last: once Playwright runs, its event loop stays in this thread until the end.

    A file is tested as one, where its first test stands, so that none may hold both kinds.
    """
    drives = {item: item.get_closest_marker("browser") is not None for item in items}
    mixed = {item.path for item in items if drives[item]} & {item.path for item in items if not drives[item]}
    if mixed:
        raise pytest.UsageError(f"tests with and without a browser in one file: {', '.join(map(str, sorted(mixed)))}")
    items.sort(key=drives.__getitem__)
