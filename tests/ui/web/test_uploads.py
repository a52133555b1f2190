"""Uploads are checked on the server, whatever the page let through."""

from pathlib import Path

import pytest

from ingest.errors import InputError
from ui.views.theme import ASSETS
from ui.web.uploads import FORMATS, MOST_FILES, Upload, check_uploads, stored


@pytest.fixture
def received_in(tmp_path: Path) -> Path:
    folder = tmp_path / "received"
    folder.mkdir()
    return folder


def received(folder: Path, name: str = "x", text: str = "words") -> Upload:
    path = folder / "0a1b"
    path.write_text(text)
    return Upload(path, name)


def test_takes_files_that_were_received(received_in: Path) -> None:
    upload = received(received_in, "news.txt")
    assert check_uploads([{"path": str(upload.received), "name": "news.txt"}], received_in) == [upload]


def test_refuses_any_other_file_of_this_machine(received_in: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    link = received_in / "link.txt"
    link.symlink_to(secret)
    for path in (secret, link, received_in / ".." / "secret.txt", received_in, Path("/etc/passwd"), Path("a" * 9000)):
        with pytest.raises(InputError, match="did not arrive"):
            check_uploads([{"path": str(path), "name": "secret.txt"}], received_in)


@pytest.mark.parametrize(
    "files", [None, "x", [], [None], [{}], [{"path": 1, "name": "a.txt"}], [{"path": "\0", "name": "a.txt"}]]
)
def test_refuses_what_is_no_list_of_files(files: object, received_in: Path) -> None:
    with pytest.raises(InputError):
        check_uploads(files, received_in)


def test_refuses_too_many(received_in: Path) -> None:
    upload = received(received_in)
    with pytest.raises(InputError, match=f"between 1 and {MOST_FILES} files"):
        check_uploads([{"path": str(upload.received), "name": "a.txt"}] * (MOST_FILES + 1), received_in)


def test_lies_under_a_stable_name_while_it_is_read(received_in: Path, tmp_path: Path) -> None:
    upload = received(received_in, "Ärger im Hafen.txt", "words")
    with stored(upload, tmp_path / "uploads") as path:
        assert (path.parent, path.name, path.read_text()) == (tmp_path / "uploads", "Ärger im Hafen.txt", "words")
    assert not path.exists()
    assert not upload.received.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "a/b.txt",
        "a\\b.txt",
        "..",
        ".hidden.txt",
        " a.txt",
        "a\n.txt",
        "a\0.txt",
        "C:a.txt",
        "x" * 300 + ".txt",
    ],
)
def test_refuses_names_with_path_tricks(name: str, received_in: Path, tmp_path: Path) -> None:
    upload = received(received_in, name)
    with pytest.raises(InputError, match="its name cannot be used"), stored(upload, tmp_path / "uploads"):
        pytest.fail("it was stored")
    assert list(tmp_path.rglob("*.txt")) == []
    assert not upload.received.exists()


@pytest.mark.parametrize("name", ["a.exe", "txt", ""])
def test_refuses_other_formats(name: str, received_in: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not one of the formats"), stored(received(received_in, name), tmp_path):
        pytest.fail("it was stored")


def test_refuses_what_is_too_large(received_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.web.uploads.MOST_FILE_BYTES", 3_000_000)
    upload = received(received_in, "a.txt", "x" * 3_000_001)
    with pytest.raises(InputError, match="larger than 3 MB"), stored(upload, tmp_path):
        pytest.fail("it was stored")


def test_says_so_when_the_upload_is_gone(received_in: Path, tmp_path: Path) -> None:
    upload = received(received_in, "a.txt")
    upload.received.unlink()
    with pytest.raises(InputError, match="the upload is gone"), stored(upload, tmp_path):
        pytest.fail("it was stored")


def test_no_room_is_said_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    received = tmp_path / "received.txt"
    received.write_text("Some words.")
    (tmp_path / "taken").write_text("a file where the folder should be")
    with (
        pytest.raises(InputError, match=r"^it cannot be stored \("),
        stored(Upload(received, "a.txt"), tmp_path / "taken"),
    ):
        pass
    assert not received.exists()


def test_the_page_names_every_format_that_is_read() -> None:
    named = {
        "Text": {".txt", ".text"}, "Markdown": {".md", ".markdown"}, "PDF": {".pdf"}, "Word": {".docx"},
        "web pages": {".html", ".htm", ".xhtml", ".mhtml", ".mht"}, "OpenDocument": {".odt"}, "RTF": {".rtf"},
        "e-books": {".epub"}, "mail": {".eml", ".mbox"}, "feeds": {".rss", ".atom"}, "newswire": {".xml"},
        "web archives": {".warc", ".warc.gz"}, "zip": {".zip"}, "CSV": {".csv", ".tsv"}, "JSON": {".json"},
        "JSON Lines": {".jsonl", ".ndjson"},
    }  # fmt: skip
    assert set().union(*named.values()) == set(FORMATS)
    texts = (ASSETS / "texts.js").read_text(encoding="utf-8")
    (line,) = [line for line in texts.splitlines() if '"archive.formats"' in line]
    assert [name for name in named if name not in line] == []
