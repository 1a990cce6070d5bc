"""`whistle models pull` from a server that cuts off, lies, or is not there."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from edge.__main__ import main
from tests.fakes.models import tiny_card, tiny_onnx

CONTENT = tiny_onnx() + b"\0" * 700_000
"""Large enough to be cut off in the middle."""


class Server(ThreadingHTTPServer):
    """Serves one file, in the ways of real servers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.content = CONTENT
        self.cut_after: int | None = None
        self.takes_ranges = True
        self.status = 200
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """Where the file is; it is found over another address, as at GitHub."""
        return f"http://127.0.0.1:{self.server_port}/raw/tiny.onnx"


class _Answer(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        """Answer as the server is told to."""
        if self.path.startswith("/raw/"):
            self.send_response(302)
            self.send_header("Location", "/media/tiny.onnx")
            self.end_headers()
            return
        ranged = self.headers.get("Range", "")
        self.server.asked.append(ranged)
        if self.server.status != 200:
            self.send_error(self.server.status)
            return
        begin = int(ranged.removeprefix("bytes=").rstrip("-")) if ranged else 0
        whole = self.server.content
        if begin and self.server.takes_ranges:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(whole) - 1}/{len(whole)}")
        else:
            begin = 0
            self.send_response(200)
        body = whole[begin:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.cut_after])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback."""
    with Server() as server:
        serving = Thread(target=server.serve_forever, args=(0.05,), name="server")
        serving.start()
        yield server
        server.shutdown()
        serving.join()


@pytest.fixture
def folder(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the card of a model that the server has."""
    monkeypatch.setenv("WHISTLE_MODELS", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    card = tiny_card(CONTENT, source=server.url)
    (tmp_path / "tiny.yaml").write_text(card, encoding="utf-8")
    return tmp_path


def names(folder: Path) -> list[str]:
    """What lies there beside the card."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".yaml")


def test_a_model_is_pulled(
    folder: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whole, over a redirection; how far it is on standard error; a second time asks nobody."""
    assert main(["models", "pull", "tiny"]) == 0
    said = capsys.readouterr()
    assert "its hash is right" in said.out
    assert said.err == "tiny: 0.7 / 0.7 MB\n"
    assert hashlib.sha256((folder / "tiny.onnx").read_bytes()).digest() == (
        hashlib.sha256(CONTENT).digest()
    )
    assert main(["models", "pull", "tiny"]) == 0
    assert server.asked == [""]
    assert names(folder) == ["tiny.onnx"]


@pytest.mark.parametrize("takes_ranges", [True, False])
def test_one_that_is_cut_off_goes_on(
    folder: Path, server: Server, capsys: pytest.CaptureFixture[str], *, takes_ranges: bool
) -> None:
    """No half file has the model's name; the next try asks for the rest, or begins again."""
    server.cut_after = 300_000
    assert main(["models", "pull", "tiny"]) == 2
    said = capsys.readouterr().err
    assert "another try goes on from here" in said
    assert "Offline: bring tiny.onnx on a stick" in said
    assert names(folder) == ["tiny.onnx.part"]
    server.cut_after, server.takes_ranges = None, takes_ranges
    assert main(["models", "pull", "tiny"]) == 0
    assert server.asked == ["", "bytes=300000-"]
    assert names(folder) == ["tiny.onnx"]
    assert (folder / "tiny.onnx").read_bytes() == CONTENT


def test_another_file_is_refused(
    folder: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the same size, larger, smaller: nothing is left that could be taken for it."""
    server.content = CONTENT[:-1] + b"\1"
    assert main(["models", "pull", "tiny"]) == 2
    assert "tiny.onnx is not tiny: its sha256 is" in capsys.readouterr().err
    assert names(folder) == []
    server.content = CONTENT + b"\0"
    assert main(["models", "pull", "tiny"]) == 2
    assert f"gives more than the {len(CONTENT)} bytes" in capsys.readouterr().err
    assert names(folder) == []
    server.content = b"<html>Sign in to the network of the property</html>"
    assert main(["models", "pull", "tiny"]) == 2
    assert "bytes are missing" in capsys.readouterr().err
    server.content = CONTENT
    assert main(["models", "pull", "tiny"]) == 2
    assert main(["models", "pull", "tiny"]) == 0


def test_a_part_of_another_version_is_left(folder: Path, server: Server) -> None:
    """One that is larger than the whole is none of it."""
    (folder / "tiny.onnx.part").write_bytes(b"x" * (len(CONTENT) + 5))
    assert main(["models", "pull", "tiny"]) == 0
    assert server.asked == [""]


def test_an_error_is_told(folder: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """What the server says; that there is none; that a card has no source."""
    server.status = 404
    assert main(["models", "pull", "tiny"]) == 2
    assert "(HTTP 404)" in capsys.readouterr().err
    gone = tiny_card(CONTENT, source="http://127.0.0.1:9/tiny.onnx")
    (folder / "tiny.yaml").write_text(gone, encoding="utf-8")
    assert main(["--lang", "zh", "models", "pull", "tiny"]) == 2
    assert "离线时用 U 盘拷来 tiny.onnx" in capsys.readouterr().err
    (folder / "tiny.yaml").write_text(tiny_card(CONTENT), encoding="utf-8")
    assert main(["models", "pull", "tiny"]) == 2
    assert "has no source" in capsys.readouterr().err


def test_two_at_once(folder: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """The second says so instead of writing into the first one's file."""
    with (folder / "tiny.onnx.part").open("ab") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        assert main(["models", "pull", "tiny"]) == 2
    assert "another command is getting tiny" in capsys.readouterr().err
    assert server.asked == []


def test_agpl_is_not_fetched_before_it_is_accepted(
    folder: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not a byte."""
    card = tiny_card(CONTENT, source=server.url, licence="AGPL-3.0")
    (folder / "tiny.yaml").write_text(card, encoding="utf-8")
    assert main(["models", "pull", "tiny"]) == 2
    assert "--accept-licence" in capsys.readouterr().err
    assert server.asked == []
    assert main(["models", "pull", "tiny", "--accept-licence"]) == 0
    assert names(folder) == ["tiny.accepted", "tiny.onnx"]
