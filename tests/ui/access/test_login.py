"""The login in front of every route, the token for programs, and what a proxy may say."""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Mount

from ui.access.login import COOKIE
from ui.access.rules import Access, access_for
from ui.web.app import create_app

pytestmark = pytest.mark.slow  # gradio takes seconds to import

TOKEN = "t0ken-of-this-test-0123456789"
PASSWORD = "correct horse"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PAGE = {"Accept": "text/html,application/xhtml+xml"}
PROXY = "192.0.2.80"


def quick_hash(password: str) -> str:
    """A hash as the file takes it, the cheapest that it takes."""
    digest = hashlib.scrypt(password.encode(), salt=b"8 or more", n=2**14, r=8, p=1, maxmem=2**26, dklen=32)
    return f"scrypt$16384$8$1${base64.b64encode(b'8 or more').decode()}${base64.b64encode(digest).decode()}"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Access:
    folder = tmp_path_factory.mktemp("access")
    (folder / "logins").write_text(f"ann:{quick_hash(PASSWORD)}", encoding="utf-8")
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    return access_for(
        "0.0.0.0",
        auth=folder / "logins",
        token_file=folder / "token",
        allow_hosts=["news.example"],
        behind_proxy=PROXY,
    )


@pytest.fixture(scope="module")
def app(sample_dir: Path, access: Access) -> Iterator[FastAPI]:
    app = create_app(sample_dir, access, reader="fast")
    with TestClient(app):
        yield app


def stranger(app: FastAPI, address: str = "198.51.100.1", **settings: Any) -> TestClient:
    settings = {"base_url": "http://news.example", "follow_redirects": False, **settings}
    settings["headers"] = httpx.Headers(settings.get("headers"))  # which may have a name twice
    return TestClient(app, client=(address, 50_000), **settings)


def log_in(client: TestClient, password: str = PASSWORD, **fields: str) -> Any:
    return client.post("/login", data={"name": "ann", "password": password, **fields})


def paths(routes: list[BaseRoute], before: str = "") -> Iterator[str]:
    for route in routes:
        path = before + getattr(route, "path", "")
        if isinstance(route, Mount):
            yield from paths(list(getattr(route.app, "routes", [])), path)
        else:
            yield re.sub(r"\{[^}]*\}", "x", path)
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            yield from paths(list(inner.routes), before + getattr(route, "prefix", ""))


def test_no_route_answers_a_stranger(app: FastAPI) -> None:
    every = {path or "/" for path in paths(list(app.routes))} - {"/login", "/login/", "/healthz"}
    assert {"/v1/ask", "/config", "/openapi.json"} <= every
    assert len(every) > 40
    every |= {"/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/upload", "/gradio_api/info", "/nothing"}
    every |= {"//login", "/login/../config", "/%6cogin/x", "/healthz/", "/Login", "/login;x"}
    client = stranger(app)
    for path in sorted(every):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
            response = client.request(method, path)
            assert response.status_code in {401, 404}, (method, path)  # 404 is the guard's, for what nobody may have
            if method != "HEAD":
                assert list(response.json()) == ["error"], (method, path)


def test_a_person_is_sent_to_the_login_and_back(app: FastAPI) -> None:
    client = stranger(app)
    sent = client.get("/?outlets=Meridian+Wire&since=2011", headers=PAGE)
    assert sent.status_code == 303
    page = client.get(sent.headers["location"])
    assert page.status_code == 200
    wanted = re.search(r'name="next" value="([^"]*)"', page.text)
    assert wanted
    assert wanted[1] == "/?outlets=Meridian+Wire&amp;since=2011"
    done = log_in(client, next="/?outlets=Meridian+Wire&since=2011")
    assert (done.status_code, done.headers["location"]) == (303, "/?outlets=Meridian+Wire&since=2011")
    assert client.get("/", headers=PAGE).status_code == 200
    assert client.get("/config").status_code == 200
    assert client.post("/v1/ask", json={"question": "How many troops remain in Qasara?"}).json()["found"]


def test_the_cookie_is_for_this_server_only_and_ends_with_the_logout(app: FastAPI) -> None:
    client = stranger(app)
    cookie = log_in(client).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    value = client.cookies[COOKIE]
    assert "ann" not in value
    assert "ann" in client.get("/logout").text
    assert client.post("/logout", headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post("/logout").headers["location"] == "/login"
    client.cookies.set(COOKIE, value, domain="news.example")
    assert client.get("/config").status_code == 401


def test_wrong_passwords_are_told_without_saying_what_was_wrong(app: FastAPI) -> None:
    client = stranger(app, "198.51.100.2")
    wrong = log_in(client, "incorrect horse")
    nobody = client.post("/login", data={"name": "<b>'\"", "password": PASSWORD})
    for response in (wrong, nobody):
        assert response.status_code == 401
        assert 'role="alert" id="problem">The name or the password is wrong.' in response.text
        assert 'aria-describedby="problem"' in response.text
        assert "set-cookie" not in response.headers
        assert PASSWORD not in response.text
    assert "<b>" not in nobody.text
    assert "&lt;b&gt;&#x27;&quot;" in nobody.text


def test_guessing_is_slowed_down(app: FastAPI) -> None:
    client = stranger(app, "198.51.100.3")
    names = [f"guess {n}" for n in range(6)]
    tries = [client.post("/login", data={"name": name, "password": "guess guess"}) for name in names]
    assert [response.status_code for response in tries[:5]] == [401] * 5
    assert tries[-1].status_code == 429
    assert int(tries[-1].headers["retry-after"]) > 0
    assert "Too many wrong tries" in tries[-1].text
    assert log_in(client).status_code == 429  # even with the right one
    assert log_in(stranger(app, "198.51.100.4")).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "evil.example",
     "/\t/evil.example", "/x\r\nSet-Cookie: a=b", "javascript:alert(1)", "/" * 3000, "/\x00", ""],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(app: FastAPI, wanted: str) -> None:
    response = log_in(stranger(app, "198.51.100.5"), next=wanted)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    page = stranger(app).get("/login", params={"next": wanted})
    assert 'name="next" value="/"' in page.text


def test_the_login_takes_no_form_of_another_site_and_none_that_is_large(app: FastAPI) -> None:
    client = stranger(app, "198.51.100.6")
    data = {"name": "ann", "password": PASSWORD}
    assert client.post("/login", data=data, headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post("/login", data=data, headers={"Origin": "http://news.example"}).status_code == 303
    assert client.post("/login", content=b"x" * 30_000).status_code == 413
    assert client.post("/login", content=b"&".join([b"a=b"] * 2000)).status_code == 413
    assert client.post("/login", content=b"\xff=\xfe%zz&name=%00").status_code == 401


def test_login_pages_need_no_script_and_load_nothing(app: FastAPI) -> None:
    page = stranger(app).get("/login")
    assert "<script" not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert page.headers["referrer-policy"] == "same-origin"  # else the browser hides where its form comes from
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_token_opens_what_is_for_programs_and_nothing_else(app: FastAPI) -> None:
    client = stranger(app)
    body = {"question": "How many troops remain in Qasara?"}
    assert client.post("/v1/ask", json=body, headers=BEARER).json()["found"]
    assert client.get("/openapi.json", headers=BEARER).status_code == 200
    for header in ("", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"):
        response = client.post("/v1/ask", json=body, headers={"Authorization": header.encode("latin-1")})
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert "Authorization: Bearer" in response.json()["error"]
    for path in ("/", "/config", "/gradio_api/info", "/logout"):
        assert client.get(path, headers=BEARER).status_code == 401


def test_a_stranger_learns_that_it_is_up_and_no_more(app: FastAPI) -> None:
    client = stranger(app)
    assert client.get("/healthz").json() == {"ok": True}
    log_in(client)
    assert client.get("/healthz").json()["articles"] > 0


def test_only_its_own_names_are_answered(app: FastAPI) -> None:
    for name in ("news.example:8443", "NEWS.example", "localhost", "[::1]:1"):
        assert stranger(app).get("/login", headers={"Host": name}).status_code == 200
    for name in (
        "evil.example",
        "news.example.evil.example",
        "x@news.example",
        "news.example/",
        "",
        "[::2]",
        "news.example:x",
    ):
        response = stranger(app).get("/login", headers={"Host": name})
        assert (response.status_code, list(response.json())) == (400, ["error"])
        assert "default-src 'self'" in response.headers["content-security-policy"]


def test_the_proxy_says_who_asks_and_how(app: FastAPI) -> None:
    said = {
        "X-Forwarded-For": "203.0.113.7, 198.51.100.20",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    by_proxy = stranger(app, PROXY, headers=said)
    assert "Secure" in log_in(by_proxy).headers["set-cookie"]
    for _ in range(5):
        log_in(by_proxy, "guess guess")
    assert log_in(by_proxy, "guess guess").status_code == 429
    assert log_in(stranger(app, PROXY, headers={**said, "X-Forwarded-For": "198.51.100.21"})).status_code == 303
    assert log_in(stranger(app, "198.51.100.20")).status_code == 429


def throttled(app: FastAPI, *said: tuple[str, str], by: str = PROXY) -> int:
    """The status of a sixth wrong password from who is told of by these header lines."""
    client = stranger(app, by, headers=list(said))
    for _ in range(6):
        status = int(log_in(client, "guess guess", name=f"of {said[-1][1]}").status_code)
    return status


FOR, PROTO = "X-Forwarded-For", "X-Forwarded-Proto"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([(FOR, "10.1.1.1"), (FOR, "203.0.113.40")], [(FOR, "10.1.1.2"), (FOR, "203.0.113.40")]),
        ([(FOR, "10.1.1.1, 10.1.1.2"), (FOR, "203.0.113.41:40000")], [(FOR, "203.0.113.41:40001")]),
        ([(FOR, "[2001:db8::9]:40000")], [(FOR, "10.9.9.9"), (FOR, "2001:db8::9")]),
        ([(FOR, f"203.0.113.42, {PROXY}")], [(FOR, "10.1.1.1, 203.0.113.42"), (FOR, f"{PROXY}:80")]),
        ([(FOR, "::ffff:203.0.113.43")], [(FOR, "203.0.113.43")]),
        ([(FOR, '"[2001:db8:1::9]:40000"')], [(FOR, "[2001:db8:1::9]")]),
        ([(FOR, "203.0.113.44,")], [(FOR, " ,203.0.113.44"), (FOR, "")]),
    ],
    ids=["two lines", "ports", "IPv6 with a port", "the proxy itself", "IPv4 in IPv6", "quoted", "nothing between"],
)
def test_one_client_is_one_however_the_proxy_writes_it(
    app: FastAPI, one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    assert throttled(app, *one) == 429
    assert log_in(stranger(app, PROXY, headers=other)).status_code == 429
    neighbour = [*other[:-1], (FOR, "203.0.113.99:40000")]
    assert log_in(stranger(app, PROXY, headers=neighbour)).status_code == 303


def test_clients_with_ports_do_not_lock_each_other_out(app: FastAPI) -> None:
    assert throttled(app, (FOR, "203.0.113.50:40000")) == 429
    assert log_in(stranger(app, PROXY, headers=[(FOR, "203.0.113.51:40000")])).status_code == 303
    assert throttled(app, (FOR, "[2001:db8:a::9]:40000")) == 429
    assert log_in(stranger(app, PROXY, headers=[(FOR, "[2001:db8:b::9]:40000")])).status_code == 303


def test_clients_of_a_socket_for_both_kinds_of_addresses_do_not_either(app: FastAPI) -> None:
    assert throttled(app, ("X-None", "a"), by="::ffff:198.51.100.60") == 429
    assert log_in(stranger(app, "::ffff:198.51.100.61")).status_code == 303
    assert log_in(stranger(app, "198.51.100.60")).status_code == 429
    assert throttled(app, (FOR, "203.0.113.60"), by=f"::ffff:{PROXY}") == 429
    assert log_in(stranger(app, PROXY, headers=[(FOR, "203.0.113.60")])).status_code == 429


@pytest.mark.parametrize(
    ("said", "secure"),
    [
        ([(PROTO, "https"), (PROTO, "http")], False),
        ([(PROTO, "http"), (PROTO, "https")], True),
        ([(PROTO, "http, https")], True),
        ([(PROTO, "HTTPS")], True),
        ([(FOR, f"203.0.113.70, {PROXY}"), (PROTO, "https, http")], True),
        ([(FOR, f"10.0.0.1, 203.0.113.70, {PROXY}"), (PROTO, "http, https, http")], True),
        ([(FOR, f"203.0.113.70, {PROXY}"), (PROTO, "https")], True),
        ([(PROTO, "ftp")], False),
    ],
)
def test_the_scheme_is_what_the_outermost_proxy_of_ours_saw(
    app: FastAPI, said: list[tuple[str, str]], secure: bool
) -> None:
    assert ("Secure" in log_in(stranger(app, PROXY, headers=said)).headers["set-cookie"]) == secure


def test_nobody_else_may_say_so(app: FastAPI) -> None:
    claims = {"X-Forwarded-For": "198.51.100.30", "X-Forwarded-Proto": "https"}
    liar = stranger(app, "198.51.100.31", headers=claims)
    assert "Secure" not in log_in(liar).headers["set-cookie"]
    for n in range(6):
        last = log_in(
            stranger(app, "198.51.100.31", headers={**claims, "X-Forwarded-For": f"10.0.0.{n}"}), "guess guess"
        )
    assert last.status_code == 429


def test_on_this_machine_a_token_closes_the_api_and_not_the_page(sample_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    app = create_app(sample_dir, access_for("127.0.0.1", token_file=file), reader="fast")
    with TestClient(app, base_url="http://localhost:7860") as client:
        assert client.get("/", headers=PAGE).status_code == 200
        for path in ("/v1/ask", "/openapi.json", "/docs", "/metrics", "/mcp"):
            assert client.get(path, headers=PAGE).status_code == 401
        assert client.post("/v1/ask", json={"question": "who?"}, headers=BEARER).status_code == 200
