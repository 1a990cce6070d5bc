"""What is sent to whoever helps: enough to see what is wrong, and no secret, name or face."""

from __future__ import annotations

import asyncio
import json
import zipfile
from pathlib import Path

import pytest

from edge.__main__ import main
from edge.api.server import serve
from edge.local_socket import NAME, listen
from tests.fakes.backed_up import DOINGS, EVENTS, SECRET, SITE, site_that_ran
from tests.fakes.house import FakeHouse

pytestmark = pytest.mark.integration

WRITTEN = "a password in the wrong place"


def bundle(folder: Path) -> dict[str, bytes]:
    """Make one; return its files."""
    out = folder / "help.zip"
    assert main(["--lang", "en", "diagnose", str(folder / "box/site.yaml"), str(out)]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """The folder of a site that has run, and runs no more."""
    site_that_ran(tmp_path / "box")
    return tmp_path / "box"


def test_it_is_made_without_a_gateway(box: Path) -> None:
    """What the doctor finds, the files, the last events, whether the audit log is whole."""
    found = bundle(box.parent)
    checks = {each["check"] for each in json.loads(found["doctor.json"])}
    assert {"gateway", "disk.space", "clock.synchronised"} <= checks
    assert found["configuration/site.yaml"].decode() == SITE
    events = json.loads(found["events.json"])
    assert len(events) == EVENTS
    assert events[-1]["waiting"] == ["city"]
    audit = json.loads(found["audit.json"])
    assert (audit["lines"], audit["problems"]) == (DOINGS, [])
    assert json.loads(found["versions.json"])["versions"]
    assert not [name for name in found if name.startswith("running/")]


def test_no_secret_no_name_and_no_face_is_in_it(box: Path) -> None:
    """Neither a file of secrets, nor what somebody has written into the site file, nor people."""
    (box / "site.yaml").write_text(SITE + f"# password: {WRITTEN}\n", encoding="utf-8")
    whole = b"".join(bundle(box.parent).values())
    for canary in (SECRET.strip(), WRITTEN.encode(), b"PRIVATE KEY", b"a face", b'"ann"', b"chief"):
        assert canary not in whole


def test_a_site_file_that_is_wrong_is_packed_with_what_is_wrong(box: Path) -> None:
    """Most of all then."""
    (box / "site.yaml").write_text("site: [\n", encoding="utf-8")
    found = bundle(box.parent)
    [site] = [e for e in json.loads(found["doctor.json"]) if e["check"] == "site.file"]
    assert site["verdict"] == "wrong"


def test_a_journal_that_cannot_be_read_is_told(box: Path) -> None:
    """The rest is there all the same."""
    (box / "var/journal.db").write_bytes(b"noise" * 2_000)
    assert "unread" in json.loads(bundle(box.parent)["events.json"])


def test_what_is_there_is_not_overwritten(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another's bundle stays."""
    bundle(box.parent)
    words = ["--lang", "en", "diagnose", str(box / "site.yaml"), str(box.parent / "help.zip")]
    assert main(words) == 2
    assert "help.zip" in capsys.readouterr().err


def test_what_a_gateway_packs_itself_is_in_it(box: Path) -> None:
    """Its log, its links and their frames lie beside what was looked at from outside."""

    async def story() -> dict[str, bytes]:
        house = await asyncio.to_thread(FakeHouse, box.parent / "house")
        listening = await asyncio.to_thread(listen, box / "var" / NAME, 16)
        async with house.lives():
            house.start(serve(house.app, listening, "api", door="socket"), "serve")
            return await asyncio.to_thread(bundle, box.parent)

    found = asyncio.run(story())
    assert {"running/log.txt", "running/metrics.txt", "running/standing.json"} <= set(found)
