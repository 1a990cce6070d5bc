"""What a configuration that comes over the page may name and touch on the machine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.versions.files import Files, Unfit
from edge.versions.versions import Versions
from tests.fakes.small_site import SITE, lay_out

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
UPLINK = "uplinks: [{{id: up, type: mqtt, broker: {{host: h, password_file: {name}}}}}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small site, with secrets in and beside its folder."""
    site = tmp_path / "site"
    site.mkdir()
    lay_out(site)
    (site / "secrets").mkdir()
    for secret in (site / "secrets" / "city", tmp_path / "outside", site / "key.csv"):
        secret.write_text("hunter2")
        secret.chmod(0o600)
    (site / "var").mkdir()
    (site / "var" / "key").write_text("private")
    return site


def _versions(folder: Path) -> Versions:
    return Versions(folder / "site.yaml", folder / "var", lambda: AT)


def _with(folder: Path, old: str, new: str) -> Files:
    files = _versions(folder).read()
    return files.put("site.yaml", files.text().replace(old, new))


def _uplink(name: str) -> tuple[str, str]:
    return "devices:", UPLINK.format(name=name) + "devices:"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (*_uplink("../outside"), "password_file"),
        (*_uplink("/etc/shadow"), "password_file"),
        (*_uplink("secrets/../../outside"), "password_file"),
        (*_uplink("var/key"), "password_file"),
        (*_uplink("link"), "password_file"),
        ("fire-1.csv", "/etc/passwd", "places"),
        ("fire-1.csv", "../outside", "places"),
        ("fire-1.csv", "secrets/city", "places"),
        ("fire-1.csv", "var/key.csv", "places"),
        ("fire-1.csv", "link.csv", "places"),
        ("store: var", "store: ../elsewhere", "gateway.store"),
        ("store: var", "store: /tmp", "gateway.store"),
    ],
)
def test_names_that_may_not_come_in(folder: Path, old: str, new: str, where: str) -> None:
    """Files outside the site's folder, and the gateway's own, are refused where they are named."""
    (folder / "link").symlink_to("/etc/hostname")
    (folder / "link.csv").symlink_to(folder.parent / "outside")
    with pytest.raises(ConfigError) as caught:
        _versions(folder).check(_with(folder, old, new), "en")
    (problem,) = caught.value.problems
    assert problem.where.endswith(where)
    assert problem.line
    assert "hunter2" not in str(caught.value)
    with pytest.raises(ConfigError):
        _versions(folder).stage(_with(folder, old, new), "anna", "")


def test_a_secret_is_no_table(folder: Path) -> None:
    """A secret's file cannot be read through a table, whatever it is called."""
    (folder / "site.yaml").write_text(SITE + UPLINK.format(name="key.csv"))
    with pytest.raises(ConfigError, match="this is no table"):
        _versions(folder).check(_with(folder, "fire-1.csv", "key.csv"), "en")
    assert "key.csv" not in _versions(folder).read().contents


def test_names_that_may(folder: Path) -> None:
    """What lies in the folder may be named; what the present file names stays, wherever it lies."""
    versions = _versions(folder)
    assert versions.check(_with(folder, *_uplink("secrets/city"))).uplinks
    (folder / "site.yaml").write_text(SITE + UPLINK.format(name="../outside"))
    assert versions.check(_with(folder, "en: Box", "en: Bx")).uplinks
    with pytest.raises(ConfigError):
        versions.check(_with(folder, "fire-1.csv", "../outside"), "en")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("secrets/city", "no part of the configuration"),
        ("../x.yaml", "no part of the configuration"),
        ("profiles/../../x.yaml", "a-z"),
        ("profiles/Box.yaml", "a-z"),
        ("other.csv", "no part of the configuration"),
        ("var/record.json", "no part of the configuration"),
    ],
)
def test_files_that_are_no_part(folder: Path, name: str, why: str) -> None:
    """A candidate brings nothing along that its site file does not name."""
    files = _versions(folder).read()
    with pytest.raises(Unfit, match=why):
        _versions(folder).stage(files.put(name, "x"), "anna", "")


def test_bounds(folder: Path) -> None:
    """Files without end, or without a site file, are refused in words."""
    versions = _versions(folder)
    files = versions.read()
    with pytest.raises(Unfit, match="too large"):
        versions.check(files.put("site.yaml", "#" * 9_000_000))
    with pytest.raises(Unfit, match="there is no site file"):
        versions.check(files.without("site.yaml"))
    inner = "profiles/sensors/box.yaml/x.csv"
    within = files.put("site.yaml", files.text().replace("fire-1.csv", inner))
    with pytest.raises(Unfit, match="would lie in a file"):
        versions.check(within.put(inner, "x"))
    many = {**files.contents, **{f"profiles/p{n}.yaml": b"" for n in range(2_000)}}
    with pytest.raises(Unfit, match="too many files"):
        versions.check(Files(site="site.yaml", contents=many))


def test_a_profile_behind_a_link_is_not_written(folder: Path) -> None:
    """A link that leads out of the folder is neither read nor written through."""
    box = folder / "profiles" / "sensors" / "box.yaml"
    body = box.read_text()
    box.unlink()
    elsewhere = folder.parent / "box.yaml"
    elsewhere.write_text(body)
    box.symlink_to(elsewhere)
    versions = _versions(folder)
    files = versions.read()
    assert "profiles/sensors/box.yaml" not in files.contents
    with pytest.raises(Unfit):
        versions.stage(files.put("profiles/sensors/box.yaml", body + "# x\n"), "anna", "")
    assert elsewhere.read_text() == body
    assert box.is_symlink()
