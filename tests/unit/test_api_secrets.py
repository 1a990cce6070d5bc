"""No secret comes out: not in an answer, a page, a metric, a bundle, a backup, the log."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest

from edge.api.bundle import redacted
from edge.versions import Files
from tests.fakes import house as houses
from tests.fakes.access import HOME
from tests.fakes.api_story import Asking, told
from tests.fakes.api_table import PERMISSIONS
from tests.fakes.browser import Answer, Browser
from tests.fakes.page_table import PAGES

IN_A_FILE: Final = "canary-in-a-password-file"
IN_A_KEY: Final = "canary-in-a-key-file"
OF_AN_ACCOUNT: Final = "canary as a password, a long one"
TYPED: Final = "canary-typed-into-the-site-file"

PATHS: Final = {
    "{name}": {"devices": "gate-1", "links": "gates", "rules": "gate-1/offline"},
    "{device}": {"points": "gate-1"},
    "{key}": {"explain": "gate-1/offline"},
    "{number}": {"alarms": "1", "configuration": "1"},
}
PAGES_SHOWN: Final = (
    "/devices/gate-1",
    "/devices/gate-1/frames",
    "/devices/gate-1/profile",
    "/configuration/file?name=site.yaml",
    "/configuration/item?section=links&key=gates",
    "/configuration/versions/1",
    "/log/lines",
)
"""Pages that show more with these words behind them."""
ENDLESS: Final = {"/live", "/add/find/scan", "/add/find/listen", "/add/read/live", "/add/cameras"}


def asked() -> Iterator[str]:
    """Every address of the API that can be read, of something that is there."""
    for entry in PERMISSIONS:
        method, _, path = entry.partition(" ")
        if method != "GET" or path.endswith("cameras"):
            continue
        if path.startswith("/api/v1/points/"):
            yield "/api/v1/points/gate-1/online/readings"
            continue
        section = path.removeprefix("/api/v1/").partition("/")[0]
        for hole, named in PATHS.items():
            path = path.replace(hole, named.get(section, hole))
        yield path


def shown() -> Iterator[str]:
    """Every page that comes to an end."""
    plain = (path for _, _, path in (entry.partition(" ") for entry in PAGES if "GET " in entry))
    yield from (path for path in plain if not set("{}") & set(path) and path not in ENDLESS)
    yield from PAGES_SHOWN


def texts_of(answer: Answer) -> Iterator[str]:
    """All that can be read in an answer, unpacked where it is packed."""
    yield json.dumps(dict(answer.headers))
    if answer.headers.get("content-type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            for name in archive.namelist():
                yield f"{name}\n{archive.read(name).decode(errors='replace')}"
    else:
        yield answer.text


@pytest.fixture
def with_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the site have a broker with a password and a key in files, beside the site file."""
    riverside = tmp_path / "riverside"
    copytree(houses.RIVERSIDE, riverside)
    (riverside / "broker.password").write_text(IN_A_FILE)
    (riverside / "broker.password").chmod(0o600)
    (riverside / "key.pem").write_text(IN_A_KEY)
    (riverside / "key.pem").chmod(0o600)
    site = riverside / "site.yaml"
    text = site.read_text()
    broker = "broker: {host: 127.0.0.1, port: 18831}"
    assert broker in text
    text = text.replace(
        broker,
        "broker: {host: 127.0.0.1, port: 18831, username: gw, password_file: broker.password}",
        1,
    )
    site.write_text(text)
    monkeypatch.setattr(houses, "RIVERSIDE", riverside)
    return riverside


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("with_secrets")
def test_no_secret_is_in_any_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those in files, those of accounts and tokens, those of sessions; whoever asks."""
    secrets: dict[str, str] = {"a password file": IN_A_FILE, "a key file": IN_A_KEY}

    async def story(asking: Asking) -> None:
        house = asking.house
        await house.accounts.users.add("li", OF_AN_ACCOUNT, "technician")
        opened = await house.accounts.login("li", OF_AN_ACCOUNT, HOME)
        made = (await asking.chief.post("/api/v1/tokens", {"name": "t", "role": "viewer"})).json
        code = (await asking.chief.post("/api/v1/enrolment")).json["code"]
        await asking.stranger.post("/api/v1/login", {"name": "li", "password": "canary wrong one"})
        assert asking.chief.session is not None
        secrets.update(
            {
                "a password": OF_AN_ACCOUNT,
                "a wrong password": "canary wrong one",
                "a session": opened.secret,
                "one's own session": asking.chief.session.secret,
                "a token": made["secret"],
                "a code": code,
            }
        )
        secrets["a hash"] = _hash_of(house)
        await house.read("gate-1/online", value=False)
        looked = 0
        program = Browser(app=house.app, token=made["secret"])
        for who, paths in ((asking.chief, (*asked(), *shown())), (program, asked())):
            for path in paths:
                answer = await who.get(path)
                looked += answer.status == 200
                for text in texts_of(answer):
                    found = [name for name, secret in secrets.items() if secret in text]
                    assert not found, (path, found)
        assert looked > 80

    told(tmp_path, story)
    out = capsys.readouterr()
    assert [name for name, secret in secrets.items() if secret in out.out + out.err] == []


def _hash_of(house: Any) -> str:
    kept: str = house.accounts.users.get("li").password
    assert kept.startswith("$argon2id$")
    return kept.rpartition("$")[2]


def test_what_somebody_typed_where_it_does_not_belong_is_left_out(tmp_path: Path) -> None:
    """A site file with a password in it cannot be run; the bundle of what is wrong has it not."""

    async def story(asking: Asking) -> None:
        house = asking.house
        present = await asyncio.to_thread(house.versions.read)
        text = present.text() + f"\nbroker: {{password: {TYPED}}}\n"
        files = Files(site="site.yaml", contents={"site.yaml": text.encode()})
        house.versions.read = lambda: files  # type: ignore[method-assign]
        house.house.log(None, "", {"event": "x", "password": TYPED, "url": f"rtsp://a:{TYPED}@h/"})
        answer = await asking.chief.get("/api/v1/diagnostics")
        whole = "".join(texts_of(answer))
        assert "江畔花园" in whole
        assert TYPED not in whole

    told(tmp_path, story)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("password: hunter2", "password: [left out]"),
        ("    - Password : 'hunter 2'", "    - Password : [left out]"),
        ("broker: {password: hunter2, port: 1}", "broker: {password: [left out], port: 1}"),
        ('{"token": "abc", "a": 1}', '{"token": [left out], "a": 1}'),
        ("client_secret=abc at=1", "client_secret=[left out] at=1"),
        ("password_file: broker.password", "password_file: broker.password"),
        ("url: rtsp://admin:pw@10.0.0.1/1", "url: rtsp://[left out]@10.0.0.1/1"),
        ("mail: a@b.cn, at 10:00", "mail: a@b.cn, at 10:00"),
        ("x\n-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\ny", "x\n[left out]\ny"),
        ("pin_count: 3", "pin_count: 3"),
    ],
)
def test_what_looks_like_a_secret_is_left_out(text: str, left: str) -> None:
    """By the name beside it, or by its form; names of files stay."""
    assert redacted(text) == left


def test_a_backup_sets_a_gateway_up_again(tmp_path: Path, with_secrets: Path) -> None:
    """It holds the files byte for byte, and says which secrets have to be added."""

    async def story(asking: Asking) -> None:
        answer = await asking.chief.get("/api/v1/backup")
        assert 'filename="whistle-backup-20260301-' in answer.headers["content-disposition"]
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            names = set(archive.namelist())
            assert "configuration/broker.password" not in names
            for name in ("site.yaml", "fire-3.csv"):
                assert archive.read(f"configuration/{name}") == (with_secrets / name).read_bytes()
            assert "broker.password" in archive.read("README.txt").decode()
            assert json.loads(archive.read("versions.json"))[0]["number"] == 1
        assert await asking.noted("backup") == [("chief", "backup.taken", "done")]

    told(tmp_path, story)
