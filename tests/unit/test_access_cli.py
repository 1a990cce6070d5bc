"""`whistle enrol`, `users` and `audit`: what is asked of the gateway, what a person reads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from edge.__main__ import main
from edge.access.audit import Audit
from edge.access.audit_folder import NAME
from edge.cli.command import Say
from tests.fakes.access import PASSWORD, in_the_book

USER = {
    "name": "tech",
    "role": "technician",
    "buildings": ["1", "3"],
    "language": "",
    "created_at": "2026-03-01T02:00:00Z",
    "last_login": None,
    "disabled": False,
}


class Gateway:
    """Stands for the running gateway: takes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Mapping[str, object] | None]] = []
        self.stores: set[Path] = set()
        self.answers: list[Any] = []

    def ask(
        self,
        store: Path,
        method: str,
        path: str,
        _: Say,
        body: Mapping[str, object] | None = None,
    ) -> Any:
        """Answer what comes next."""
        self.stores.add(store)
        self.asked.append((method, path, body))
        return self.answers.pop(0) if self.answers else USER


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """A gateway that answers, and somebody who types the same password twice."""
    found = Gateway()
    for module in ("users", "enrol"):
        monkeypatch.setattr(f"edge.cli.{module}.ask", found.ask)
    monkeypatch.setattr("getpass.getpass", lambda _: PASSWORD)
    return found


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site file that cannot be run, and its store: that is when one has to get in."""
    (tmp_path / "kept").mkdir()
    path = tmp_path / "site.yaml"
    path.write_text("gateway: {id: gw, store: kept}\nlinks: [{id: nonsense}]\n")
    return path


def test_a_code_is_asked_of_the_gateway(
    gateway: Gateway, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The code alone on standard output; what to do with it beside, in either language."""
    gateway.answers = [{"code": "AAAAA-BBBBB-CCCCC"}] * 2
    assert main(["enrol", str(site)]) == 0
    said = capsys.readouterr()
    assert said.out == "AAAAA-BBBBB-CCCCC\n"
    assert "24 hours" in said.err
    assert main(["--lang", "zh", "enrol", "--store", str(site.parent / "kept")]) == 0
    assert "24 小时" in capsys.readouterr().err
    assert gateway.asked == [("POST", "/enrolment", None)] * 2
    assert gateway.stores == {site.parent / "kept"}


def test_accounts_are_listed_over_all_pages(
    gateway: Gateway, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line each; a list longer than a page is read to its end."""
    gone = {**USER, "name": "王", "buildings": [], "disabled": True, "last_login": "2026-03-01"}
    pages = [{"items": [USER], "next": "tech"}, {"items": [gone], "next": None}]
    gateway.answers = [*pages, *pages, {"items": [], "next": None}]
    assert main(["users", "list", str(site)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "tech  technician  1, 3  never logged in",
        "王  technician  whole site  2026-03-01  disabled",
    ]
    assert [path for _, path, _ in gateway.asked] == [
        "/users?limit=500&cursor=",
        "/users?limit=500&cursor=tech",
    ]
    assert main(["users", "list", str(site), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [USER, gone]
    assert main(["users", "list", str(site)]) == 0
    assert "enrol" in capsys.readouterr().out


def test_an_account_is_added(
    gateway: Gateway, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a password that was typed at a prompt, and stands in no list of processes."""
    words = ["users", "add", str(site), "tech", "--role", "technician"]
    assert main([*words, "--building", "1", "--building", "3"]) == 0
    body = {"name": "tech", "password": PASSWORD, "role": "technician", "buildings": ["1", "3"]}
    assert gateway.asked == [("POST", "/users", body)]
    assert PASSWORD not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("password", "王 师傅"), ("PUT", "/users/%E7%8E%8B%20%E5%B8%88%E5%82%85/password")),
        (("disable", "tech"), ("PATCH", "/users/tech")),
        (("enable", "tech"), ("PATCH", "/users/tech")),
        (("remove", "a/b"), ("DELETE", "/users/a%2Fb")),
    ],
)
def test_an_account_is_changed(
    gateway: Gateway, site: Path, words: tuple[str, str], asked: tuple[str, str]
) -> None:
    """Each verb is one request; a name is quoted, so that it can name nothing else."""
    verb, name = words
    assert main(["users", verb, str(site), name]) == 0
    [(method, path, body)] = gateway.asked
    assert (method, path) == asked
    assert (
        body
        == {
            "password": {"password": PASSWORD},
            "disable": {"disabled": True},
            "enable": {"disabled": False},
            "remove": None,
        }[verb]
    )


def test_a_password_that_is_typed_wrong_is_sent_nowhere(
    gateway: Gateway,
    site: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two that differ, or none at all."""
    typed = iter([PASSWORD, "another"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert main(["users", "password", str(site), "tech"]) == 2
    assert capsys.readouterr().err == "the two are not the same\n"

    def nothing(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", nothing)
    assert main(["users", "password", str(site), "tech"]) == 2
    assert gateway.asked == []


def test_where_the_store_is_not_is_told(
    tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No file, no folder, neither named: each in words, exit status 2."""
    shutil.rmtree(site.parent / "kept")
    for words, said in (
        (["enrol", str(site)], "there is no such store"),
        (["enrol", "--store", str(tmp_path / "none")], "there is no such store"),
        (["enrol", str(tmp_path / "none.yaml")], "there is no such file"),
        (["enrol"], "name the site file"),
    ):
        assert main(words) == 2
        assert said in capsys.readouterr().err


def test_the_usual_store_is_found(
    gateway: Gateway, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A site file that says nothing of it, or is no YAML at all: it is where it always is."""
    (tmp_path / "var").mkdir()
    path = tmp_path / "site.yaml"
    for text in ("site: {id: s}\n", "gateway: {store: 7}\n", "{ no: yaml\n"):
        path.write_text(text)
        gateway.answers = [{"code": "C"}]
        assert main(["enrol", str(path)]) == 0
    assert gateway.stores == {tmp_path / "var"}
    assert capsys.readouterr().out == "C\nC\nC\n"


@pytest.fixture
def log(site: Path) -> Path:
    """The store of the site, with a log of three lines."""

    async def three(audit: Audit) -> None:
        await audit.note(None, "session.refused", "tech", outcome="refused", address="10.0.0.1")
        await audit.note(None, "session.opened", "tech", detail={"why": "夜班"})
        await audit.note(None, "sessions.shown")

    store = site.parent / "kept"
    in_the_book(store, three)
    return store


def test_a_sound_log_is_verified(site: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line that says how many and which; exit status 0, over the site file or the store."""
    assert main(["audit", "verify", str(site)]) == 0
    assert capsys.readouterr().out == "3 lines (1–3): whole, and as they were written.\n"
    assert main(["--lang", "zh", "audit", "verify", "--store", str(log)]) == 0
    assert "完整无改动" in capsys.readouterr().out


def test_a_changed_log_is_told_line_by_line(
    site: Path, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong, where, in either language; exit status 1."""
    path = log / NAME
    path.write_bytes(path.read_bytes().replace(b"10.0.0.1", b"10.0.0.2"))
    assert main(["audit", "verify", str(site)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "audit.log line 1: it is not as it was written",
        "3 lines (2–3): not as they were written, see above.",
    ]
    assert main(["audit", "verify", str(site), "--lang", "zh"]) == 1
    assert "audit.log 第 1 行：与写下时不同" in capsys.readouterr().out


def test_a_log_is_listed(site: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The newest last; of a kind where it is named; as JSON for a program."""
    assert log.exists()
    assert main(["audit", "list", str(site), "--last", "2"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("2  20")
    assert first.endswith("session.opened  tech  done  why=夜班")
    assert "sessions.shown" in second
    assert main(["audit", "list", str(site), "--what", "session", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["number"] for line in told] == [1, 2]
    assert told[1]["detail"] == {"why": "夜班"}


def test_no_log_is_told_as_such(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to verify is not the same as all well: exit status 2; nor is one to be read."""
    for words in (["verify"], ["list"], ["list", "--who", "nobody"]):
        assert main(["audit", words[0], str(site), *words[1:]]) == 2
        assert "nothing such was written" in capsys.readouterr().err
    (site.parent / "kept" / "access.db").write_bytes(b"nonsense" * 1_000)
    assert main(["audit", "verify", str(site)]) == 2
    assert "cannot be read" in capsys.readouterr().err
