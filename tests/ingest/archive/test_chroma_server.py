"""Archives whose vectors are on a Chroma server: a real one, a process on loopback."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ingest.archive import Archive
from ingest.archive.backup import backup, restore
from ingest.archive.check import check
from ingest.archive.chroma import delete_index
from ingest.archive.chroma_server import ChromaServer
from ingest.article import Article, article_id
from ingest.errors import ArchiveError, InputError
from ingest.filters import Filters
from ingest.pipeline import add_articles

ROOT = Path(__file__).parents[3]
SECRET = "harbour-key-7714"


def article(name: str, text: str, day: str) -> Article:
    return Article(article_id(name), name.title(), text, f"{name}.txt", None, day, "Brenn Gazette")


BRIDGE = article("bridge", "The repair of the harbour bridge cost 41 million crowns.", "2024-02-29")
MILL = article("mill", "The mill at Torvald burnt down in the storm on Friday night.", "2023-05-05")
FERRY = article("ferry", "The ferry to Lunn island was sold to a shipyard.", "2022-01-09")
NEWS = [BRIDGE, MILL, FERRY]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def chroma(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers when this gives it."""
    program = Path(sys.executable).parent / "chroma"
    command = [str(program), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(folder)]
    with subprocess.Popen(
        command,
        env=os.environ | {"ANONYMIZED_TELEMETRY": "False"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=10), timeout=30) as client:  # 0 s to 40 s apart
                client.get(f"http://127.0.0.1:{port}/api/v2/heartbeat").raise_for_status()
            yield server
        finally:
            server.kill()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    with chroma(tmp_path_factory.mktemp("server"), port):
        yield f"http://127.0.0.1:{port}"


def nearest(archive: Archive, question: str, filters: Filters | None = None) -> list[str]:
    vector = archive.encoder.encode([question])[0]
    return [passage.article_id for passage, _ in archive.dense(vector, 5, filters or Filters())]


def collection(archive: Archive) -> str:
    place = archive.vector_place()
    assert isinstance(place, ChromaServer)
    return place.collection


@pytest.mark.slow
def test_vectors_on_a_server_are_found_filtered_removed_and_checked(url: str, archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True, chroma=url) as archive, Archive.open(archive_dir, chroma=url) as other:
        add_articles(archive, NEWS)
        assert nearest(other, "What did the bridge cost?")[0] == BRIDGE.id
        late = Filters.parse((), "2023", None, list)
        assert set(nearest(archive, "Which ship was sold?")) == {a.id for a in NEWS}
        assert set(nearest(archive, "Which ship was sold?", late)) == {BRIDGE.id, MILL.id}
        archive.remove([MILL.id])
        assert set(nearest(other, "What burnt down?")) == {BRIDGE.id, FERRY.id}  # another's write is seen
        assert archive.vector_ids() == archive.passage_ids()
        assert check(archive, sample=2) == []
        add_articles(archive, [article("mill", "The mill at Torvald is built again.", "2023-05-05")])
        assert nearest(other, "What is built again at Torvald?")[0] == MILL.id
    assert not (archive_dir / "chroma").exists()


@pytest.mark.slow
def test_vectors_move_to_a_server_and_back(url: str, archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, NEWS)
    with pytest.raises(ArchiveError, match=r"in its folder: .* dateline rebuild --chroma http"):
        Archive.open(archive_dir, chroma=url)
    with Archive.open(archive_dir, chroma=url, moving=True) as archive:
        assert archive.rebuild() is None
        assert check(archive, sample=3) == []
        name = collection(archive)
    assert not (archive_dir / "chroma").exists()
    with pytest.raises(ArchiveError, match=rf"on Chroma at {url}: add --chroma {url}, or bring them back"):
        Archive.open(archive_dir)
    with Archive.open(archive_dir, moving=True) as archive:
        assert archive.rebuild() == ChromaServer(url, {}, name)
        assert check(archive, sample=3) == []
        assert (archive_dir / "chroma").is_dir()
    with Archive.open(archive_dir) as archive:
        assert nearest(archive, "What did the bridge cost?")[0] == BRIDGE.id


@pytest.mark.slow
def test_a_backup_restores_onto_a_server_beside_the_first_and_into_a_folder(url: str, tmp_path: Path) -> None:
    file = tmp_path / "news.zip"
    with Archive.open(tmp_path / "first", create=True, chroma=url) as first:
        add_articles(first, NEWS)
        assert backup(first, file).vectors == 3
        restore(file, tmp_path / "second", url)
        restore(file, tmp_path / "local")
        with Archive.open(tmp_path / "second", chroma=url) as second, Archive.open(tmp_path / "local") as local:
            assert collection(second) != collection(first)
            second.remove([BRIDGE.id])
            assert check(second) == check(local, sample=3) == check(first, sample=3) == []
            assert nearest(local, "What did the bridge cost?")[0] == BRIDGE.id
            assert nearest(first, "What did the bridge cost?")[0] == BRIDGE.id


@pytest.mark.slow
def test_a_collection_that_is_gone_is_told_and_made_again_by_rebuild(url: str, archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True, chroma=url) as archive:
        add_articles(archive, NEWS)
        place = archive.vector_place()
    delete_index(place)
    gone = rf"does not have this archive's vectors: .* dateline rebuild --chroma {url}$"
    with Archive.open(archive_dir, chroma=url) as archive:
        for use in (lambda: nearest(archive, "bridge"), lambda: check(archive), archive.index_pending):
            with pytest.raises(ArchiveError, match=gone):
                use()
        archive.rebuild()
        assert check(archive, sample=3) == []


@pytest.mark.slow
def test_a_server_killed_while_it_is_written_to_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.archive.archive._PASSAGES_A_WRITE", 8)
    port = free_port()
    many = [
        article(f"report {n}", f"Report {n} counts {n} boats in the harbour of Lunn.", "2024-01-01") for n in range(30)
    ]
    with Archive.open(tmp_path / "a", create=True, chroma=f"http://127.0.0.1:{port}") as archive:
        with chroma(tmp_path / "server", port) as server:
            add_articles(archive, NEWS)

            def kill(_: int) -> None:
                server.kill()
                server.wait()

            for one in many:
                archive.put(one)
            with pytest.raises(ArchiveError, match=rf"127.0.0.1:{port} does not answer \(.*\): start it"):
                archive.index_pending(progress=kill)
            assert 0 < archive.pending_count() < len(many)
            with pytest.raises(ArchiveError, match="does not answer"):
                nearest(archive, "boats")
        with chroma(tmp_path / "server", port):
            archive.index_pending()
            assert check(archive, sample=5) == []
            assert len(archive.vector_ids()) == len(many) + len(NEWS)


def test_a_server_that_cannot_be_used_is_one_line_and_changes_nothing(archive_dir: Path) -> None:
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [BRIDGE])
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))  # nobody listens: refused
        away = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with (
            Archive.open(archive_dir, chroma=away, moving=True) as archive,
            pytest.raises(ArchiveError, match=rf"^Chroma at {away} does not answer \(.*refused\): start it"),
        ):
            archive.rebuild()
    with Archive.open(archive_dir) as archive:
        assert check(archive, apart=False) == []


@pytest.mark.parametrize(
    "wrong", ["localhost:8000", "ftp://a.test", "http://", "http://a.test:99999", f"http://a.test/?token={SECRET}"]
)
def test_an_address_that_is_none_is_one_line_without_what_may_be_secret(archive_dir: Path, wrong: str) -> None:
    with pytest.raises(InputError, match=r"give http://HOST:PORT") as told:
        Archive.open(archive_dir, create=True, chroma=wrong)
    assert SECRET not in str(told.value)
    assert not archive_dir.exists()


def test_what_lets_in_is_sent_and_neither_shown_nor_kept(archive_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ChromaServer.parse(f"http://ann:{SECRET}@localhost:8000/")
    assert httpx.BasicAuth("ann", SECRET)._auth_header == server.headers["Authorization"]
    assert (server.address, SECRET in repr(server)) == ("http://localhost:8000", False)
    with Archive.open(archive_dir, create=True, chroma=f"http://ann:{SECRET}@localhost:8000") as archive:
        assert SECRET not in str(archive.record.rows("SELECT * FROM meta"))
    monkeypatch.setenv("DATELINE_CHROMA_TOKEN", f" {SECRET}\n")
    assert ChromaServer.parse("https://a.test").headers == {"Authorization": f"Bearer {SECRET}"}
    monkeypatch.setenv("DATELINE_CHROMA_TOKEN", f"{SECRET}\n{SECRET}")
    with pytest.raises(InputError, match="DATELINE_CHROMA_TOKEN is no token") as told:
        ChromaServer.parse("https://a.test")
    assert SECRET not in str(told.value)


def dateline(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command as one whom permissions bind."""
    bound = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*bound, sys.executable, "-m", "ui.cli", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_the_commands_take_the_server(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bridge.txt").write_text(BRIDGE.text)
    where = ("--archive", tmp_path / "a", "--chroma", url)
    assert dateline("ingest", tmp_path / "bridge.txt", *where).returncode == 0
    bare = dateline("ask", "What did the repair of the harbour bridge cost?", "--archive", tmp_path / "a")
    assert (bare.returncode, bare.stdout, len(bare.stderr.splitlines())) == (1, "", 1)
    assert f"add --chroma {url}" in bare.stderr
    (tmp_path / "a" / "record.sqlite3").chmod(0o444)
    (tmp_path / "a").chmod(0o555)
    monkeypatch.setenv("DATELINE_CHROMA", url)
    asked = dateline(
        "ask", "--reader", "fast", "What did the repair of the harbour bridge cost?", "--archive", tmp_path / "a"
    )
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "41 million crowns" in asked.stdout
    (tmp_path / "a").chmod(0o755)
