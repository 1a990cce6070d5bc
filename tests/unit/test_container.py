"""What the image and the compose files promise, as far as it can be read from them."""

from __future__ import annotations

import re
import shlex
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest
from ruamel.yaml import YAML

from edge.cli.parser import parser_of
from edge.config import load
from simulators.community import simulators_of
from simulators.demo.scenario import load_scenario
from tests.fakes.containers import BOX, DOCKER, SERVICES, compose
from tests.source_tree import ROOT

VISION: Final = {"av", "numpy", "onnxruntime", "opencv-python-headless"}
SECRET: Final = re.compile(r"PASSWORD|TOKEN|SECRET|KEY")
IMAGE: Final = re.compile(r"[a-z0-9./-]+:v?\d+\.\d+\.\d+(-[a-z]+)?")


def version() -> str:
    """The product's own."""
    found: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return found


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with its words, lines that go on put together."""
    text = re.sub(r"^#.*\n", "", (DOCKER / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, " ".join(rest.split())) for word, _, rest in (li.partition(" ") for li in lines)]


def last_stage() -> list[tuple[str, str]]:
    """What makes the image itself, without its base."""
    found = instructions()
    begins = max(at for at, (word, _) in enumerate(found) if word == "FROM")
    return found[begins + 1 :]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_no_more_than_it_needs(name: str) -> None:
    """Its root takes nothing, it has no privilege and gets none, and it cannot eat the machine."""
    section = SERVICES[name]
    assert section["read_only"] is True
    assert section["cap_drop"] == ["ALL"]
    assert section["security_opt"] == ["no-new-privileges:true"]
    assert {*section["deploy"]["resources"]["limits"]} == {"cpus", "memory", "pids"}
    assert not section.keys() & {"privileged", "cap_add", "pid", "ipc", "userns_mode"}
    user = section.get("user", "").partition(":")[0]
    assert user.isdigit() if not section["image"].startswith("whistle:") else not user


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_one_version_and_says_how_it_is(name: str) -> None:
    """What is pulled next year is what is pulled today; our own image brings its check along."""
    section = SERVICES[name]
    assert IMAGE.fullmatch(section["image"])
    if section["image"].startswith("whistle:"):
        assert section["image"] == f"whistle:{version()}"
    else:
        assert section["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", SERVICES)
def test_no_password_stands_in_a_compose_file(name: str) -> None:
    """It is in a file that `docker/prepare` makes, or there is no account at all."""
    section = SERVICES[name]
    secret = {
        key: each for key, each in section.get("environment", {}).items() if SECRET.search(key)
    }
    assert all(key.endswith("_FILE") for key in secret)
    assert {*secret.values()} == {f"/run/secrets/{each}" for each in section.get("secrets", ())}


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_mounts_is_there(name: str) -> None:
    """In the repository, read-only; or in the box, and then Docker makes no folder of root's."""
    for mount in SERVICES[name].get("volumes", ()):
        assert mount["type"] == "bind"
        if BOX.match(mount["source"]):
            assert mount["bind"] == {"create_host_path": False}
        else:
            assert (DOCKER / mount["source"]).exists()
            assert mount["read_only"] is True


def test_whoever_has_not_prepared_is_told_so() -> None:
    """The first `docker compose up` ends with the command that is missing."""
    (needed,) = re.findall(r"\$\{WHISTLE_BOX:\?([^}]*)\}", (DOCKER / "compose.yaml").read_text())
    assert needed.endswith("sudo docker/prepare")
    assert (DOCKER / "prepare").stat().st_mode & 0o111


def test_devices_cannot_reach_the_database() -> None:
    """Nor the people who look at dashboards the devices; only the gateway stands in both."""
    made = compose("compose.yaml")
    assert made["networks"]["back"] == {"internal": True}
    on = {name: {*section["networks"]} for name, section in made["services"].items()}
    assert on == {
        "gateway": {"devices", "back"},
        "broker": {"devices"},
        "series": {"back"},
        "grafana": {"readers", "back"},
    }
    assert "ports" not in made["services"]["series"]


def test_a_desk_is_nobody_elses() -> None:
    """What has no password is published to this machine alone."""
    desk = compose("compose.desk.yaml")["services"].values()
    ports = [port for section in desk for port in section.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_commands_of_containers_are_understood() -> None:
    """Those in compose files, of the image, and of its health check."""
    ours = [each for each in SERVICES.values() if each["image"].startswith("whistle:")]
    found = [each["command"] for each in ours if "command" in each]
    last = dict(last_stage())
    found += [YAML(typ="safe").load(last["CMD"])]
    found += [YAML(typ="safe").load(last["HEALTHCHECK"].partition("CMD ")[2])[1:]]
    assert len(found) == 3
    for words in found:
        assert callable(parser_of("en").parse_args(words).run)


def test_the_image_is_nobody_special() -> None:
    """A number, so that an orchestrator can see that it is not root; its folders belong to it."""
    last = last_stage()
    (user,) = [words for word, words in last if word == "USER"]
    assert user == "10001:10001"
    made = " ".join(words for word, words in last if word == "RUN")
    assert "--uid 10001" in made
    assert "--gid 10001" in made
    assert "apt-get" not in made
    assert "pip" not in made
    assert f"gateway={user.partition(':')[0]} " in (DOCKER / "prepare").read_text()


def test_nothing_is_installed_that_no_lock_names() -> None:
    """Each call of pip has the hashes, or takes the wheel that was made from this tree."""
    made = " ".join(words for word, words in instructions() if word == "RUN")
    calls = [call for call in re.findall(r"(?:pip install|into) [^;&|]+", made) if "{" not in call]
    assert len(calls) == 3
    assert all("--require-hashes" in call or "/wheels/whistle-" in call for call in calls)


def test_the_usual_image_leaves_out_what_looks_at_pictures() -> None:
    """It is most of the size; the rest of the lock is the same, to the hash."""
    small, whole = (
        {part.split("==")[0]: part for part in re.split(r"\n(?=\S)", text)}
        for text in (
            (ROOT / "requirements" / name).read_text("utf-8").strip()
            for name in ("without_vision.txt", "run.txt")
        )
    )
    assert small.items() <= whole.items()
    assert not small.keys() & VISION
    assert whole.keys() >= VISION


def test_what_the_image_is_made_of_reaches_the_builder() -> None:
    """`.dockerignore` keeps out all but what is copied; what is copied is there."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in lines
    let_in = [line[1:] for line in lines if line.startswith("!")]
    copies = [shlex.split(words) for word, words in instructions() if word == "COPY"]
    own = [words[:-1] for words in copies if not words[0].startswith("--from")]
    copied = [each for words in own for each in words if not each.startswith("--")]
    assert "edge" in copied
    for source in copied:
        assert (ROOT / source).exists()
        assert any(fnmatch(source, f"{each}*") for each in let_in), source


@pytest.mark.parametrize("site", ["alone", "community", "desk"])
def test_the_sites_of_containers_are_sound(site: str, tmp_path: Path) -> None:
    """Without mistake or warning, with the store where the volume is."""
    path = tmp_path / "site.yaml"
    path.write_bytes((DOCKER / "sites" / site / "site.yaml").read_bytes())
    secret = tmp_path / "secrets" / "broker"
    secret.parent.mkdir()
    secret.write_text("as docker/prepare makes it\n")
    secret.chmod(0o400)
    found = load(path)
    assert found.warnings == ()
    assert found.store == Path("/var/lib/whistle")
    assert (found.series is not None) is (site != "alone")


def test_the_story_of_the_desk_fits_its_site() -> None:
    """Every device that it names is simulated."""
    folder = DOCKER / "sites" / "desk"
    story = load_scenario(str(folder / "story.yaml"), seed=1)
    assert {step.device for step in story.steps} <= {*simulators_of(folder / "site.yaml")}
