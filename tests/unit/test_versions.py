"""Versions of a site on disk: what is tried, kept, gone back to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.model import Text
from edge.versions.files import Files, Unfit
from edge.versions.versions import DIED, EDITED, Versions
from tests.fakes.small_site import SITE, lay_out

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
BOX = "profiles/sensors/box.yaml"
SLOW = Text("不行", "does not serve")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small site."""
    lay_out(tmp_path)
    return tmp_path


def _versions(folder: Path) -> Versions:
    return Versions(folder / "site.yaml", folder / "var", lambda: AT)


def _begun(folder: Path) -> Versions:
    versions = _versions(folder)
    versions.begin(valid=True)
    return versions


def _edited(files: Files, old: str = "en: Box", new: str = "en: Cabinet") -> Files:
    text = files.text()
    assert old in text
    return files.put(files.site, text.replace(old, new))


def _states(versions: Versions) -> list[tuple[int, str, bool]]:
    return [(each.number, each.state, each.good) for each in versions.history()]


def test_files_of_a_site(folder: Path) -> None:
    """The site file, its profiles and tables are read; secrets and others never are."""
    (folder / "secret").write_text("hunter2")
    (folder / "other.csv").write_text("a,b")
    text = f"{SITE}uplinks: [{{id: up, type: mqtt, broker: {{host: h, password_file: secret}}}}]\n"
    (folder / "site.yaml").write_text(text)
    assert sorted(_versions(folder).read().contents) == ["fire-1.csv", BOX, "site.yaml"]


def test_a_secret_named_as_a_table_is_no_part(folder: Path) -> None:
    """A file that a secret's key names is left out, be it a table's name, too."""
    more = "uplinks: [{id: up, type: mqtt, broker: {host: h, password_file: ./fire-1.csv}}]\n"
    (folder / "site.yaml").write_text(SITE + more)
    assert "fire-1.csv" not in _versions(folder).read().contents


def test_first_start(folder: Path) -> None:
    """What stands there at the first start is the first version, and good."""
    versions = _versions(folder)
    first = versions.begin(valid=True)
    assert first is not None
    assert (first.number, first.state, first.good, first.at) == (1, "found", True, AT)
    assert versions.begin(valid=True) is None
    assert versions.files(1) == versions.read() == versions.last_good()


def test_a_trial_that_serves(folder: Path) -> None:
    """The candidate is in place while it is tried, and the good one once it is settled."""
    versions = _begun(folder)
    candidate = _edited(versions.read())
    tried = versions.stage(candidate, "anna", "a new name")
    assert (tried.state, tried.by, tried.note) == ("trying", "anna", "a new name")
    assert versions.read() == candidate
    assert versions.last_good() == versions.files(1)
    assert versions.settle(tried.number).state == "applied"
    assert versions.last_good() == candidate
    assert _states(versions) == [(2, "applied", True), (1, "found", True)]


def test_a_trial_that_does_not(folder: Path) -> None:
    """Going back restores every byte, takes away what came and brings back what went."""
    versions = _begun(folder)
    before = versions.read()
    candidate = _edited(before, "sensors/box", "sensors/new").without(BOX)
    candidate = candidate.put("profiles/sensors/new.yaml", before.text(BOX))
    tried = versions.stage(candidate, "anna", "")
    assert not (folder / BOX).exists()
    back = versions.roll_back(SLOW)
    assert (back.number, back.state, back.reason) == (tried.number, "rolled_back", SLOW)
    assert versions.read() == before
    assert not (folder / "profiles/sensors/new.yaml").exists()
    assert versions.begin(valid=True) is None


def test_one_trial_at_a_time(folder: Path) -> None:
    """Nothing else is staged, and nothing else settled, while one is tried."""
    versions = _begun(folder)
    versions.stage(_edited(versions.read()), "anna", "")
    with pytest.raises(Unfit, match="on trial"):
        versions.stage(_edited(versions.read(), "Cabinet", "Cupboard"), "bert", "")
    with pytest.raises(Unfit, match="version 1 is not on trial"):
        versions.settle(1)
    versions.roll_back(SLOW)
    with pytest.raises(Unfit, match="no change is on trial"):
        versions.roll_back(SLOW)


def test_nothing_changed(folder: Path) -> None:
    """A candidate that is what runs is refused in words."""
    versions = _begun(folder)
    with pytest.raises(Unfit, match="nothing has changed"):
        versions.stage(versions.read(), "anna", "")


def test_died_in_a_trial(folder: Path) -> None:
    """A gateway that ends while it tries starts with what was before."""
    versions = _begun(folder)
    before = versions.read()
    versions.stage(_edited(before), "anna", "")
    again = _versions(folder)
    back = again.recover()
    assert back is not None
    assert (back.state, back.reason) == ("rolled_back", DIED)
    assert again.read() == before
    assert again.recover() is None


def test_edited_after_it_died_in_a_trial(folder: Path) -> None:
    """What somebody has written after the gateway died is not written over."""
    versions = _begun(folder)
    versions.stage(_edited(versions.read()), "anna", "")
    (folder / "site.yaml").write_text(SITE.replace("en: Box", "en: By hand"))
    again = _versions(folder)
    back = again.recover()
    assert back is not None
    assert back.reason == EDITED
    assert "By hand" in again.read().text()
    found = again.begin(valid=True)
    assert found is not None
    assert found.state == "found"


def test_edited_during_a_trial(folder: Path) -> None:
    """Going back replaces what somebody wrote meanwhile, and the history has it."""
    versions = _begun(folder)
    before = versions.read()
    versions.stage(_edited(before), "anna", "")
    (folder / "site.yaml").write_text(SITE.replace("en: Box", "en: By hand"))
    versions.roll_back(SLOW)
    assert versions.read() == before
    assert any("By hand" in versions.files(v.number).text() for v in versions.history())


def test_edited_between_starts(folder: Path) -> None:
    """A file changed by hand is a version when it is valid, and untouched when it is not."""
    _begun(folder)
    (folder / "site.yaml").write_text(SITE + "mistake\n")
    versions = _versions(folder)
    assert versions.begin(valid=False) is None
    assert versions.read().text() == SITE + "mistake\n"
    good = versions.last_good()
    assert good is not None
    assert good.text() == SITE
    (folder / "site.yaml").write_text(SITE.replace("en: Box", "en: By hand"))
    found = versions.begin(valid=True)
    assert found is not None
    assert (found.number, found.state) == (2, "found")


def test_mended_over_an_edited_file(folder: Path) -> None:
    """Whatever a page replaces is in the history, even what could not be run."""
    _begun(folder)
    (folder / "site.yaml").write_text(SITE + "mistake\n")
    versions = _versions(folder)
    versions.begin(valid=False)
    tried = versions.stage(_edited(versions.files(1)), "anna", "")
    assert versions.files(2).text() == SITE + "mistake\n"
    versions.roll_back(SLOW)
    assert versions.read().text() == SITE
    assert _states(versions) == [
        (tried.number, "rolled_back", False),
        (2, "found", False),
        (1, "found", True),
    ]


def test_became_valid_without_a_change(folder: Path) -> None:
    """What was there untried is good once the gateway has run with it."""
    versions = _versions(folder)
    versions.stage(_edited(versions.read()), "anna", "")
    versions.roll_back(SLOW)
    assert versions.last_good() is None
    began = versions.begin(valid=True)
    assert began is not None
    assert (began.number, began.good) == (1, True)


def test_bytes_modes_and_owners_stay(folder: Path) -> None:
    """Files keep their mode; a file that comes has the site file's; bytes are what was given."""
    (folder / "site.yaml").chmod(0o640)
    (folder / BOX).chmod(0o604)
    versions = _begun(folder)
    body = b"\xef\xbb\xbf" + SITE.replace("\n", "\r\n").replace("en: Box", "en: Bx").encode()
    files = versions.read()
    contents = {**files.contents, "site.yaml": body}
    contents[BOX] += b"# more\n"
    contents["profiles/own/x.yaml"] = contents[BOX]
    versions.stage(Files(site="site.yaml", contents=contents), "anna", "")
    assert (folder / "site.yaml").read_bytes() == body
    modes = {n: (folder / n).stat().st_mode & 0o777 for n in contents}
    assert modes["site.yaml"] == modes["profiles/own/x.yaml"] == 0o640
    assert modes[BOX] == 0o604
    assert (folder / "var" / "versions").stat().st_mode & 0o777 == 0o700


def test_through_a_link(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A site file that is a link elsewhere stays one; what it leads to is replaced."""
    elsewhere = tmp_path_factory.mktemp("etc")
    (elsewhere / "site.yaml").symlink_to(folder / "site.yaml")
    versions = Versions(elsewhere / "site.yaml", folder / "var", lambda: AT)
    versions.stage(_edited(versions.read()), "anna", "")
    assert (elsewhere / "site.yaml").is_symlink()
    assert "Cabinet" in (folder / "site.yaml").read_text()


def test_check_leaves_everything_alone(folder: Path) -> None:
    """A candidate's profiles and tables count, without being there; its store is the real one."""
    versions = _begun(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    candidate = versions.read().put(BOX, versions.read().text(BOX).replace("leakage", "current"))
    table = candidate.text("fire-1.csv") + "1,1,1,2,,,2,,stairs\n"
    configuration = versions.check(candidate.put("fire-1.csv", table), "en")
    assert "current" in configuration.site.devices["box-1"].points
    assert configuration.site.locate("fire-1/1-1-1-2.fire").text == "stairs"
    assert configuration.store == folder.resolve() / "var"
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_check_tells_mistakes_where_they_are(folder: Path) -> None:
    """Each mistake has its file, line and column, in profiles and tables of the candidate too."""
    versions = _begun(folder)
    files = versions.read()
    wrong = files.put(BOX, files.text(BOX).replace("register: 1", "register: x"))
    with pytest.raises(ConfigError, match=r"^profiles/sensors/box\.yaml:8:34  points\.leakage"):
        versions.check(wrong, "en")
    with pytest.raises(ConfigError, match=r"^fire-1\.csv:2:1"):
        versions.check(files.put("fire-1.csv", files.text("fire-1.csv").replace("1,1,1", "x,1,1")))
    with pytest.raises(ConfigError, match=r"^site\.yaml:13:11  devices\[0\]\.link"):
        versions.check(_edited(files, "link: bus", "link: bux"), "en")
    with pytest.raises(ConfigError, match="there is no profile"):
        versions.check(files.without(BOX), "en")


def test_a_table_that_lies_there_is_taken_in(folder: Path) -> None:
    """A table that was copied beside the site file is part of the version that names it."""
    versions = _begun(folder)
    (folder / "more.csv").write_bytes((folder / "fire-1.csv").read_bytes())
    candidate = _edited(versions.read(), "fire-1.csv", "more.csv")
    candidate = candidate.without("fire-1.csv")
    assert versions.check(candidate).site.locate("fire-1/1-1-1-1.fire").text == "hall"
    tried = versions.stage(candidate, "anna", "")
    assert "more.csv" in versions.files(tried.number).contents
    versions.roll_back(SLOW)
    assert (folder / "more.csv").exists()


def test_a_file_of_somebody_is_not_written_over(folder: Path) -> None:
    """A table of the same name that no version has is left alone, and the person is told."""
    versions = _begun(folder)
    (folder / "more.csv").write_text("not ours")
    candidate = _edited(versions.read(), "fire-1.csv", "more.csv").without("fire-1.csv")
    with pytest.raises(Unfit, match=r"another file more\.csv is there"):
        versions.stage(candidate.put("more.csv", versions.read().text("fire-1.csv")), "anna", "")
    assert (folder / "more.csv").read_text() == "not ours"
