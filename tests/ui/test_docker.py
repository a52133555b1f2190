"""Dockerfile and compose.yaml, as far as they can be judged without a Docker: paths, command, who it runs as."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ui.access.passwords import hash_password
from ui.access.rules import access_for, is_loopback
from ui.cli import main

ROOT = Path(__file__).parents[2]
LINES = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()
STEPS = [line.split(maxsplit=1) for line in LINES if line and not line.startswith("#")]


def of(name: str) -> list[str]:
    return [rest for step, rest in STEPS if step == name]


def test_what_it_copies_is_there_and_let_through() -> None:
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = [source for copied in of("COPY") if "--from" not in copied for source in copied.split()[:-1]]
    assert set(sources) == let_through
    for source in sources:
        assert (ROOT / source).exists()


def test_it_runs_as_nobody_special_and_leaves_the_tools_behind() -> None:
    last = max(number for number, (step, _) in enumerate(STEPS) if step == "FROM")
    final = STEPS[last:]
    assert ["USER", "dateline"] in final
    assert not any("pip install" in rest or "apt-get" in rest for _, rest in final)
    assert ["VOLUME", "/archive"] in final
    assert final.index(["USER", "dateline"]) < [step for step, _ in final].index("CMD")


def test_its_command_is_one_that_dateline_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the files of the secrets it says what it lacks, and with them it would listen."""
    assert json.loads(of("ENTRYPOINT")[0]) == ["dateline"]
    command = json.loads(of("CMD")[0])
    monkeypatch.setenv("DATELINE_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.delenv("DATELINE_TOKEN", raising=False)
    assert main(command) == 1
    assert "cannot read /run/secrets/logins" in capsys.readouterr().err
    logins, token = tmp_path / "logins", tmp_path / "token"
    logins.write_text(hash_password("ann", "correct horse"))
    token.write_text("t0ken-of-this-test-0123456789")
    given = dict(zip(command[1::2], command[2::2], strict=True))
    assert set(given) == {"--host", "--allow-host", "--auth", "--token-file"}
    assert access_for(given["--host"], auth=logins, token_file=token, allow_hosts=[given["--allow-host"]]).closed


def test_its_health_check_is_python_that_compiles() -> None:
    check = json.loads(of("HEALTHCHECK")[0].partition("CMD ")[2])
    assert check[:2] == ["python", "-c"]
    compile(check[2], "healthcheck", "exec")
    assert "http://127.0.0.1:7860/healthz" in check[2]


def composed() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_compose_serves_this_machine_only() -> None:
    (service,) = composed()["services"].values()
    assert (ROOT / service["build"] / "Dockerfile").is_file()
    (port,) = service["ports"]
    address, outside, inside = port.rsplit(":", 2)
    assert is_loopback(address)
    assert outside == inside == of("EXPOSE")[0]
    assert service.get("network_mode") is None
    assert "command" not in service  # the image's own, which the tests above know


def test_compose_keeps_in_volumes_what_dateline_writes() -> None:
    """A new volume takes its owner from the image's folder, which must be there and the user's."""
    whole = composed()
    (service,) = whole["services"].values()
    mounts = dict(volume.split(":") for volume in service["volumes"])
    assert set(mounts) == set(whole["volumes"])
    (made,) = [rest for rest in of("RUN") if "install -d -o dateline" in rest]
    assert set(mounts.values()) <= set(made.split())
    (settings,) = [rest for rest in of("ENV") if "DATELINE_ARCHIVE" in rest]
    assert f"DATELINE_ARCHIVE={mounts['archive']}" in settings.split()


def test_compose_gives_the_secrets_that_the_command_reads_and_git_leaves_them_out() -> None:
    whole = composed()
    (service,) = whole["services"].values()
    wanted = {part for part in json.loads(of("CMD")[0]) if part.startswith("/run/secrets/")}
    assert wanted == {f"/run/secrets/{name}" for name in service["secrets"]}
    assert set(whole["secrets"]) == set(service["secrets"])
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    for secret in whole["secrets"].values():
        assert f"/{Path(secret['file']).parent}/" in ignored
