"""Who may reach the app: flags, passwords, sessions and guesses, without a server."""

import io
import itertools
import sys
from pathlib import Path

import pytest

from ingest.errors import InputError
from ui.access.passwords import check_password, hash_password, read_accounts
from ui.access.rules import LOOPBACK, OPEN, Access, access_for
from ui.access.sessions import SESSION_SECONDS, Sessions, Throttle
from ui.cli import main

TOKEN = "t0ken-of-this-test-0123456789"
PASSWORD = "correct horse"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def logins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("logins") / "logins"
    path.write_text(f"# who may come in\n\n{hash_password('ann', PASSWORD)}\n", encoding="utf-8")
    return path


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_needs_nothing(host: str) -> None:
    access = access_for(host)
    assert not access.closed
    assert access.hosts == {"localhost", "127.0.0.1", "::1"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "news.example", ""])
def test_others_need_a_login_a_token_and_a_name(host: str, logins: Path, token: Path) -> None:
    with pytest.raises(InputError, match=r"--auth FILE.*--token-file FILE"):
        access_for(host, allow_hosts=["news.example"])
    with pytest.raises(InputError, match="without a token"):
        access_for(host, auth=logins, allow_hosts=["news.example"])
    with pytest.raises(InputError, match="without a login"):
        access_for(host, token_file=token, allow_hosts=["news.example"])
    if host in {"0.0.0.0", "::", ""}:
        with pytest.raises(InputError, match="without the name"):
            access_for(host, auth=logins, token_file=token)
    access = access_for(host, auth=logins, token_file=token, allow_hosts=["News.Example", "[2001:DB8::1]"])
    assert {"news.example", "2001:db8::1", "localhost"} <= access.hosts
    assert access.closed
    assert access.knows(TOKEN)
    assert not access.knows(f"{TOKEN}x")
    assert not access.knows("")


def test_the_token_may_come_from_the_environment(logins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_TOKEN", TOKEN)
    assert access_for("192.168.1.4", auth=logins).knows(TOKEN)
    monkeypatch.setenv("DATELINE_TOKEN", "short")
    with pytest.raises(InputError, match="DATELINE_TOKEN holds no token") as told:
        access_for("127.0.0.1")
    assert "short" not in str(told.value)


def test_what_cannot_be_used_is_told_with_the_next_step(tmp_path: Path, logins: Path) -> None:
    empty, twice, odd, binary = (tmp_path / name for name in ("empty", "twice", "odd", "binary"))
    empty.write_text("# nobody\n")
    twice.write_text(logins.read_text() * 2)
    odd.write_text("ann:secret\n")
    binary.write_bytes(b"\xff\xfe")
    for auth, told in (
        (tmp_path / "none", "cannot read"),
        (empty, "holds no login"),
        (twice, "gives 'ann' again"),
        (odd, "line 1 of .* is no login"),
        (binary, "not UTF-8"),
    ):
        with pytest.raises(InputError, match=told):
            access_for("127.0.0.1", auth=auth)
    for token_file in (tmp_path / "none", empty, binary):
        with pytest.raises(InputError, match="token"):
            access_for("127.0.0.1", token_file=token_file)
    for name in ("http://news.example", "news.example:80", "a/b", ""):
        with pytest.raises(InputError, match="is no host name"):
            access_for("127.0.0.1", allow_hosts=[name])
    with pytest.raises(InputError, match="is no address of a proxy"):
        access_for("127.0.0.1", behind_proxy="proxy.example")


@pytest.mark.parametrize(
    "hashed",
    ["", "secret", "scrypt$1$8$1$YWFhYWFhYWE=$YWE=", "scrypt$1048576$8$1$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 43 + "="],
)
def test_only_hashes_that_cost_enough_and_not_too_much(tmp_path: Path, hashed: str) -> None:
    path = tmp_path / "logins"
    path.write_text(f"ann:{hashed}\n")
    with pytest.raises(InputError, match="is no login"):
        read_accounts(path)


def test_passwords(logins: Path) -> None:
    accounts = read_accounts(logins)
    assert PASSWORD not in logins.read_text()
    assert check_password(accounts, "ann", PASSWORD)
    for name, password in (("ann", "correct horsf"), ("ann", ""), ("bob", PASSWORD), ("", "")):
        assert not check_password(accounts, name, password)
    assert hash_password("ann", PASSWORD) != hash_password("ann", PASSWORD)  # another salt
    with pytest.raises(InputError, match="7 characters"):
        hash_password("ann", "1234567")
    for name in ("", "a:b", "a\nb", " a", "#a", "n" * 65):
        with pytest.raises(InputError, match="no name for a login"):
            hash_password(name, PASSWORD)


def test_the_password_command_makes_a_line_from_stdin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert main(["password", "ann"]) == 0
    path = tmp_path / "logins"
    path.write_text(capsys.readouterr().out)
    assert check_password(read_accounts(path), "ann", PASSWORD)
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert main(["password", "ann"]) == 1
    assert capsys.readouterr().err == "dateline: a password of 5 characters: choose one of 8 to 1,000\n"


def test_serve_says_what_it_lacks(archive_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", "0.0.0.0", "--archive", str(archive_dir)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("dateline: will not listen on '0.0.0.0'")
    assert told.count("\n") == 1
    assert not archive_dir.exists()


def test_sessions_end() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    cookie = sessions.begin("ann")
    assert sessions.name(cookie) == "ann"
    id_, _, signature = cookie.partition(".")
    for other in (None, "", ".", id_, f"{id_}.", f"{id_}x.{signature}", f"{id_}.{signature[:-1]}é", "x" * 10_000):
        assert sessions.name(other) is None
    assert Sessions(clock).name(cookie) is None  # of another process
    clock.now += SESSION_SECONDS - 1
    assert sessions.name(cookie) == "ann"
    clock.now += 1
    assert sessions.name(cookie) is None
    again = sessions.begin("ann")
    sessions.end(again)
    assert sessions.name(again) is None


def test_only_so_many_sessions_are_kept() -> None:
    sessions = Sessions(Clock())
    first = sessions.begin("ann")
    last = [sessions.begin("bob") for _ in range(10_000)][-1]
    assert (sessions.name(first), sessions.name(last)) == (None, "bob")


def test_guessing_gets_slow_by_address() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    assert [throttle.wait("192.0.2.1", f"name {n}") for n in range(5)] == [0] * 5
    waits = []
    for _ in range(12):
        wait = throttle.wait("192.0.2.1", "ann")
        waits.append(wait)
        clock.now += wait
        assert throttle.wait("192.0.2.1", "ann") == 0
    assert all(one <= two for one, two in itertools.pairwise(waits))
    assert waits[0] <= 11
    assert 200 < waits[-1] <= 301
    assert throttle.wait("192.0.2.2", "bob") == 0
    clock.now += 901
    assert throttle.wait("192.0.2.1", "ann") == 0


def test_guessing_gets_slow_by_name_and_by_network() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    assert [throttle.wait(f"192.0.2.{n}", "ann") for n in range(20)] == [0] * 20
    assert 0 < throttle.wait("192.0.2.99", "ann") <= 31
    assert [throttle.wait(f"2001:db8::{n}", f"name {n}") for n in range(5)] == [0] * 5
    assert throttle.wait("2001:db8::ffff", "carl") > 0
    assert throttle.wait("2001:db8:0:1::1", "carl") == 0


def test_who_knows_the_password_does_not_wait() -> None:
    throttle = Throttle(Clock())
    for _ in range(30):
        assert throttle.wait("192.0.2.1", "ann") == 0
        throttle.succeeded("192.0.2.1", "ann")


def test_what_is_kept_of_guesses_is_bounded() -> None:
    throttle = Throttle(Clock())
    for n in range(12_000):
        throttle.wait(f"10.0.{n // 250}.{n % 250}", f"{n}" * 1000)
    assert len(throttle._failures) == 10_000


def test_where_a_browser_finds_it() -> None:
    named = Access(hosts=frozenset((*LOOPBACK, "news.example", "wire.example")))
    assert named.address("0.0.0.0", 80) == "http://news.example:80/"
    assert named.address("::", 80) == "http://news.example:80/"
    assert named.address("192.168.1.4", 80) == "http://192.168.1.4:80/"
    assert OPEN.address("127.0.0.1", 7860) == "http://127.0.0.1:7860/"
    assert OPEN.address("::1", 7860) == "http://[::1]:7860/"
