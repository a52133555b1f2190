"""What the tests share: the real encoder and reader, and the sample archive in a temporary folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from ingest.archive import Archive
from ingest.pipeline import add_articles
from ingest.read import read_articles
from qa.assistant import Assistant

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
    return Assistant(sample_archive)
