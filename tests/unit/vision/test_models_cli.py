"""`whistle models`: what a technician reads, where models are looked for, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

from edge.__main__ import main
from tests.fakes.models import lay_tiny, real_models, squares, tiny_onnx

PICTURE = "[{picture: p.png, expect: [{label: car, score: 0.8, box: [0.25, 0.5, 0.5, 0.75]}]}]"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the models, as the environment names it; not there yet."""
    monkeypatch.setenv("WHISTLE_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """What somebody has brought along: a model with its card and its picture."""
    path = tmp_path / "stick"
    lay_tiny(path, self_test=PICTURE)
    assert cv2.imwrite(str(path / "p.png"), squares((1, 2, "blue")))
    return path


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    """The state of each model, as a program reads it."""
    capsys.readouterr()
    assert main(["models", "list", "--json", *words]) == 0
    return {each["id"]: each["state"] for each in json.loads(capsys.readouterr().out)}


def test_an_empty_folder_says_how_to_get_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the network or by a stick; what each does not see; in either language."""
    assert main(["models", "list"]) == 0
    said = capsys.readouterr().out
    assert "yolox_nano  YOLOX-nano objects  (0.1.1, objects, Apache-2.0, 3.7 MB)  not here" in said
    assert "→ the model yunet is not here: `whistle models pull yunet`; offline: bring" in said
    assert "It does not see e-bikes" in said
    assert said.endswith(f"folder: {folder}\n")
    assert main(["--lang", "zh", "models", "list"]) == 0
    assert "离线时用 U 盘拷来 yunet_n_320.onnx" in capsys.readouterr().out
    assert set(listed(capsys).values()) == {"missing"}
    assert not folder.exists()


def test_a_model_of_ones_own_is_taken_in(
    folder: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Model, card and picture; then it is listed, verified and measured like any other."""
    words = ["models", "add", str(stick / "tiny.onnx"), "--card", str(stick / "tiny.yaml")]
    assert main(words) == 0
    assert "its hash is right" in capsys.readouterr().out
    assert sorted(path.name for path in folder.iterdir()) == ["p.png", "tiny.onnx", "tiny.yaml"]
    assert listed(capsys)["tiny"] == "here"
    assert main(["models", "verify"]) == 0
    assert capsys.readouterr().out == "tiny: right\n"
    assert main(["models", "bench", "tiny"]) == 0
    assert capsys.readouterr().out.startswith("tiny: CPU, p50 ")
    assert main(["models", "add", str(folder / "tiny.onnx")]) == 0
    assert (folder / "tiny.onnx").read_bytes() == tiny_onnx()


def test_a_known_model_needs_no_card(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever its name is: it is known by its hash, and gets the name that its card says."""
    brought = folder.parent / "download (1).onnx"
    brought.write_bytes((real_models() / "yunet_n_320.onnx").read_bytes())
    assert main(["models", "add", str(brought)]) == 0
    assert [path.name for path in folder.iterdir()] == ["yunet_n_320.onnx"]
    assert listed(capsys)["yunet"] == "here"


def test_what_is_not_known_is_refused(
    folder: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown file, another file than the card means, none at all; nothing is left behind."""
    assert main(["models", "add", str(stick / "tiny.onnx")]) == 2
    assert "one of your own needs a card" in capsys.readouterr().err
    (stick / "tiny.onnx").write_bytes(b"another")
    card = str(stick / "tiny.yaml")
    assert main(["models", "add", str(stick / "tiny.onnx"), "--card", card]) == 2
    assert "tiny.onnx is not tiny: its sha256 is" in capsys.readouterr().err
    assert main(["--lang", "zh", "models", "add", str(stick / "none.onnx"), "--card", card]) == 2
    assert "读不了" in capsys.readouterr().err
    for words in (["pull", "nobody"], ["verify", "nobody"], ["bench", "nobody"]):
        assert main(["models", *words]) == 2
        assert "there is no model nobody, only fastestdet" in capsys.readouterr().err
    assert not folder.exists()


def test_agpl_is_accepted_by_a_person(
    folder: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said with the licence and where to read it; a file laid there by hand does not count."""
    lay_tiny(stick, licence="AGPL-3.0", licence_url="https://example.org/agpl")
    words = ["models", "add", str(stick / "tiny.onnx"), "--card", str(stick / "tiny.yaml")]
    assert main(words) == 2
    assert "AGPL-3.0 (https://example.org/agpl), binds whoever uses it" in capsys.readouterr().err
    assert not folder.exists()
    lay_tiny(folder, licence="AGPL-3.0")
    assert listed(capsys)["tiny"] == "licence"
    assert main(["models", "verify", "tiny"]) == 1
    assert "has not been accepted" in capsys.readouterr().out
    assert main([*words, "--accept-licence"]) == 0
    assert listed(capsys)["tiny"] == "here"


def test_verify_fails_by_its_exit_status(
    folder: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong card, a wrong file, none: 1 with a word; nothing at all to verify: 2."""
    assert main(["models", "verify"]) == 2
    assert "no model is here" in capsys.readouterr().err
    assert main(["models", "verify", "yunet"]) == 1
    assert "whistle models pull yunet" in capsys.readouterr().out
    rgb = "{width: 32, height: 32, colour: rgb, scale: 0.00392157, fit: stretch}"
    lay_tiny(folder, self_test=PICTURE, input=rgb)
    (folder / "p.png").write_bytes((stick / "p.png").read_bytes())
    assert main(["--lang", "zh", "models", "verify"]) == 1
    assert "tiny: 有问题\n  颜色顺序反了：写 colour: bgr\n" in capsys.readouterr().out
    (folder / "tiny.onnx").write_bytes(b"x")
    assert main(["models", "verify"]) == 1
    assert "tiny.onnx has 1 bytes" in capsys.readouterr().out
    assert listed(capsys)["tiny"] == "wrong"
    assert main(["models", "bench"]) == 2
    (folder / "tiny.yaml").write_text("id: [", encoding="utf-8")
    assert main(["models", "list"]) == 2
    assert "tiny.yaml:" in capsys.readouterr().err


def test_where_models_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is named goes first, then the site's, then the environment's, then the account's."""
    site = tmp_path / "site.yaml"
    site.write_text("gateway: {id: gw, store: kept}\n", encoding="utf-8")
    lay_tiny(tmp_path / "kept" / "models")
    assert listed(capsys, "--site", str(site))["tiny"] == "here"
    assert "tiny" not in listed(capsys, "--site", str(site), "--folder", str(tmp_path / "none"))
    site.write_text("vision: {models: seen}\n", encoding="utf-8")
    assert "tiny" not in listed(capsys, "--site", str(site))
    lay_tiny(tmp_path / "seen")
    assert listed(capsys, "--site", str(site))["tiny"] == "here"
    assert "tiny" not in listed(capsys)
    monkeypatch.delenv("WHISTLE_MODELS")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    lay_tiny(tmp_path / ".local" / "share" / "whistle" / "models")
    assert listed(capsys)["tiny"] == "here"


def test_what_has_to_be_installed_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the packages for pictures models are still listed, fetched and taken in."""
    lay_tiny(folder)
    monkeypatch.setattr("edge.cli.models_folder.find_spec", lambda _: None)
    for verb in ("verify", "bench"):
        assert main(["models", verb]) == 2
        assert "pip install 'whistle[vision]'" in capsys.readouterr().err
    assert listed(capsys)["tiny"] == "here"
