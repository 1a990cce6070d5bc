"""What lies in a models folder, what is said of what does not, and what changes there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edge.vision.detect.answering import MOST_LOADED, Answering, Change
from edge.vision.detect.asking import Answer, Unable
from edge.vision.detect.client import LocalDetector
from edge.vision.detect.session import Model, available
from edge.vision.detect.shelf import Shelf, accept, accepted, read_model
from edge.vision.detect.trouble import Unusable
from tests.fakes.models import lay_tiny, squares, tiny_card, tiny_onnx
from tests.source_tree import ROOT

BLUE = squares((1, 2, "blue"))


def reason(folder: Path, model: str = "tiny") -> str:
    """Why a model cannot be used."""
    reply = LocalDetector([folder]).ask(BLUE, model, 0.0)
    assert isinstance(reply, Unable)
    assert reply.model == model
    return reply.reason


def labels(reply: Answer | Unable | None) -> list[str]:
    """What was found."""
    assert isinstance(reply, Answer), reply
    return [each.label for each in reply.objects]


def test_a_model_answers(tmp_path: Path) -> None:
    """Label, score, box in parts of the picture, the hash, what the picture was brought to."""
    lay_tiny(tmp_path)
    detector = LocalDetector([tmp_path])
    reply = detector.ask(squares((1, 2, "blue"), (3, 0, "red"), size=64), "tiny", 0.0)
    assert isinstance(reply, Answer)
    assert {each.label: tuple(each.box) for each in reply.objects} == {
        "car": pytest.approx((0.25, 0.5, 0.5, 0.75), abs=1e-6),
        "person": pytest.approx((0.75, 0, 1, 0.25), abs=1e-6),
    }
    assert all(each.score == pytest.approx(0.8, abs=1e-3) for each in reply.objects)
    assert (reply.model, reply.read_as) == ("tiny", (32, 32))
    assert reply.sha256 == Shelf([tmp_path]).find("tiny").card.sha256
    assert reply.took_s > 0
    detector.close()
    assert labels(detector.ask(BLUE, "tiny", 0.0)) == ["car"]


def test_what_is_missing_says_how_to_get_it(tmp_path: Path) -> None:
    """With a network and without; one of a site's own has no address to fetch it from."""
    said = reason(tmp_path / "none", "yolox_nano")
    assert "whistle models pull yolox_nano" in said
    assert "offline: bring yolox_nano_416.onnx on a stick" in said
    (tmp_path / "tiny.yaml").write_text(tiny_card(b"x"), encoding="utf-8")
    assert "bring tiny.onnx, then `whistle models add tiny.onnx`" in reason(tmp_path)
    assert "whistle models list" in reason(tmp_path, "nobody")


@pytest.mark.parametrize("model", ["../tiny", "tiny/../tiny", "", "tiny\n", "/etc/passwd", "Tiny"])
def test_a_name_is_no_path(model: str, tmp_path: Path) -> None:
    """What a camera asks for comes over a socket: it names a model, never a file."""
    lay_tiny(tmp_path)
    (tmp_path / "inner").mkdir()
    assert "there is no model" in reason(tmp_path / "inner", model)


def test_another_file_is_refused(tmp_path: Path) -> None:
    """One byte is enough: of another size, or of the same with another hash."""
    path = lay_tiny(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert f"tiny.onnx has {len(content) - 1} bytes" in reason(tmp_path)
    path.write_bytes(content[:-1] + b"\0")
    assert "tiny.onnx is another file: its sha256 is" in reason(tmp_path)


def test_a_broken_file_is_a_reason(tmp_path: Path) -> None:
    """Its hash is right, and it is no model: a word, no crash; nor is it tried again each time."""
    content = b"this is no model"
    (tmp_path / "tiny.yaml").write_text(tiny_card(content), encoding="utf-8")
    (tmp_path / "tiny.onnx").write_bytes(content)
    changes: list[Change] = []
    answering = Answering([tmp_path], changes.append)
    for _ in range(3):
        reply = answering.answer(BLUE, "tiny")
        assert isinstance(reply, Unable)
        assert reply.reason.startswith("tiny.onnx is broken: ")
    assert [change.reason[:20] for change in changes] == ["tiny.onnx is broken:"]


def test_a_broken_card_is_a_reason(tmp_path: Path) -> None:
    """Its first mistake, with its line; the other models are none the worse."""
    lay_tiny(tmp_path, task="seeing")
    assert "the card of tiny is wrong: tiny.yaml:4:" in reason(tmp_path)
    (tmp_path / "noise.yaml").write_bytes(b"\xff\x00")
    assert "is not here" in reason(tmp_path, "yunet")


UNFIT = {
    "size": (
        {"input": "{width: 64, height: 32, colour: bgr, scale: 1, fit: stretch}"},
        "1×3×32×64",
    ),
    "layout": (
        {"input": "{layout: nhwc, width: 32, height: 32, colour: bgr, scale: 1, fit: stretch}"},
        "its card feeds 1×32×32×3",
    ),
    "dtype": (
        {"input": "{width: 32, height: 32, colour: bgr, dtype: uint8, scale: 1, fit: stretch}"},
        "takes tensor(float), its card says dtype: uint8",
    ),
    "decoder": ({"output": "{decoder: yolov8}"}, "gives 1×8×4×4, but yolov8 reads 1×7×n"),
    "labels": (
        {"labels": "[blue, red]", "classes": ""},
        "gives 1×8×4×4, but fastestdet reads 1×7×n×n",
    ),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_card_that_does_not_fit_its_model_is_a_reason(name: str, tmp_path: Path) -> None:
    """Before anything is found that is not there."""
    changes, said = UNFIT[name]
    lay_tiny(tmp_path, **changes)
    assert said in reason(tmp_path)


def test_what_is_laid_there_later_is_found(tmp_path: Path) -> None:
    """No restart: a model that comes, another card, another file, one that goes."""
    changes: list[Change] = []
    answering = Answering([tmp_path], changes.append)
    assert isinstance(answering.answer(BLUE, "tiny"), Unable)
    path = lay_tiny(tmp_path)
    assert labels(answering.answer(BLUE, "tiny")) == ["car"]
    lay_tiny(tmp_path, classes="{blue: bus, red: person}")
    assert labels(answering.answer(BLUE, "tiny")) == ["bus"]
    path.unlink()
    assert isinstance(answering.answer(BLUE, "tiny"), Unable)
    lay_tiny(tmp_path)
    assert labels(answering.answer(BLUE, "tiny")) == ["car"]
    assert [bool(change.reason) for change in changes] == [True, False, False, True, False]
    assert {change.provider for change in changes if not change.reason} == {available()[0]}


def test_a_model_is_loaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at each question; of many the one that was asked for longest ago makes room."""
    for number in range(MOST_LOADED + 1):
        lay_tiny(tmp_path, id=f"m{number}")
        (tmp_path / "tiny.yaml").rename(tmp_path / f"m{number}.yaml")
    loaded: list[Change] = []
    answering = Answering([tmp_path], loaded.append)
    for number in (*range(MOST_LOADED), 0, MOST_LOADED, 0, 1):
        labels(answering.answer(BLUE, f"m{number}"))
    names = [change.model for change in loaded]
    assert names == [*(f"m{number}" for number in range(MOST_LOADED + 1)), "m1"]
    monkeypatch.setattr(Model, "load", lambda _: pytest.fail("loaded again"))
    labels(answering.answer(BLUE, "m0"))


def test_a_licence_is_accepted_for_one_file(tmp_path: Path) -> None:
    """Not by laying the file there; and not for another file of that name."""
    path = lay_tiny(tmp_path, licence="AGPL-3.0")
    said = reason(tmp_path)
    assert f"`whistle models add {path} --accept-licence`" in said
    assert "AGPL-3.0" in said
    card = Shelf([tmp_path])._card("tiny").card
    accept(card, tmp_path)
    assert labels(LocalDetector([tmp_path]).ask(BLUE, "tiny", 0.0)) == ["car"]
    assert not accepted(card.model_copy(update={"sha256": "0" * 64}), tmp_path)
    assert not accepted(card.model_copy(update={"licence": "GPL-3.0"}), tmp_path)


def test_a_file_that_cannot_be_read_is_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick that was pulled out while it was read."""
    path = lay_tiny(tmp_path)
    card = Shelf([tmp_path]).find("tiny").card

    def torn(_: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", torn)
    with pytest.raises(Unusable, match="Input/output error"):
        read_model(path, card)


def test_the_fixture_is_what_it_says() -> None:
    """The tiny model is made anew, the same each time: its hash is on its card."""
    assert tiny_onnx() == tiny_onnx()


def test_a_camera_does_without_the_run_time() -> None:
    """The process of a camera only asks: it is small, and forked without threads of others."""
    program = "import sys, edge.vision.detect.client; sys.exit('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT).returncode == 0
