"""The scripts that make the environment: what they ask for, and when they do nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.source_tree import ROOT

# What the scripts call of the system; everything else is missing on the machine of these tests.
TOOLS = ("bash", "cat", "dirname", "readlink", "rm", "sha256sum")
SCRIPTS = ("run", "check", ".ci/run", "requirements/lock", "requirements/setup.sh")


@dataclass(frozen=True, slots=True)
class Machine:
    """A checkout on a machine that has nothing but what a test puts there."""

    root: Path
    programs: Path

    def add(self, name: str, script: str) -> None:
        """Install a program."""
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def call(self, *command: str, language: str = "en_GB.UTF-8") -> tuple[int, str]:
        """Run a command in the checkout; its exit status, and all that it said."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env={
                "PATH": str(self.programs),
                "SYSTEM_BIN": str(self.root.parent / "system"),
                "LANG": language,
            },
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.returncode, done.stdout

    def call_function(self, function: str) -> tuple[int, str]:
        """Call a function of the set-up script."""
        return self.call("bash", "-c", f"root=$PWD; . requirements/setup.sh; {function}")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A bare machine, on which an ordinary account has checked out the scripts."""
    root, programs = tmp_path / "checkout", tmp_path / "bin"
    programs.mkdir()
    for name in (
        *SCRIPTS,
        "pyproject.toml",
        *(f"requirements/{n}.txt" for n in ("build", "run", "dev", "sslyze")),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for name in TOOLS:
        (programs / name).symlink_to(shutil.which(name) or os.devnull)
    bare = Machine(root, programs)
    bare.add("id", "echo 1000")
    return bare


def with_environment(machine: Machine, lock: str) -> None:
    """Make it look as if the environment had been set up from this lock."""
    for name in ("python", "whistle"):
        path = machine.root / ".venv" / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho {name} $*\n")
        path.chmod(0o755)
    status, said = machine.call_function(f"fingerprint {lock} >.venv/.made-from-{lock}")
    assert status == 0, said


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_good_bash(script: str) -> None:
    """A slip of the pen is found before somebody's first minute with the product."""
    done = subprocess.run(["bash", "-n", ROOT / script], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_without_python_all_packages_are_asked_for_in_one_line(machine: Machine) -> None:
    """An account that may not install sees one line to type, with everything in it."""
    machine.add("apt-get", "echo must not be called; exit 1")
    status, said = machine.call_function("need_python mosquitto gcc")
    assert status == 1
    assert "sudo apt-get update && sudo apt-get install -y python3-venv mosquitto gcc\n" in said
    assert "Python 3.11 or newer is needed; this machine has: none" in said


def test_the_system_s_python_goes_before_others(machine: Machine) -> None:
    """A gateway that is installed runs on it; somebody's own build may be a third slower."""
    machine.add("python3", "exit 0")
    system = machine.root.parent / "system"
    assert machine.call_function("find_python") == (0, "python3\n")
    system.mkdir()
    (system / "python3").symlink_to(machine.programs / "python3")
    assert machine.call_function("find_python") == (0, f"{system}/python3\n")


def test_an_old_python_is_named(machine: Machine) -> None:
    """Who has Python 3.9 reads both numbers, in the language of the session."""
    machine.add("python3", '[ "$1" = --version ] && echo Python 3.9.2; exit 1')
    status, said = machine.call("./run", language="zh_CN.UTF-8")
    assert status == 1
    assert "需要 Python 3.11 或更新版本；本机：Python 3.9.2" in said


def test_on_another_system_the_packages_are_named(machine: Machine) -> None:
    """Without apt-get the script says what to install, and not with which tool."""
    status, said = machine.call("./check", "--unit")
    assert status == 1
    assert "Please install with your system's package tool: python3-venv\n" in said


def test_root_installs_after_refreshing_the_lists_once(machine: Machine) -> None:
    """On a bare image the package lists are empty: the first try fails, the second does not."""
    machine.add("id", "echo 0")
    machine.add("apt-get", 'echo "$1" >>calls; [ "$1" = update ] && : >lists; [ -e lists ]')
    status, said = machine.call_function("install_packages mosquitto")
    assert (status, said) == (0, "Installing system packages: mosquitto\n")
    assert (machine.root / "calls").read_text().split() == ["install", "update", "install"]


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_the_second_time_nothing_is_installed(machine: Machine, lock: str) -> None:
    """Set up once, the demo starts with neither network nor package tool; dev holds all of run."""
    with_environment(machine, lock)
    assert machine.call("./run") == (0, "whistle demo\n")
    assert machine.call("./run", "my site.yaml", "--port", "1") == (
        0,
        "whistle run my site.yaml --port 1\n",
    )
    assert machine.call("./run", "--seed", "3") == (0, "whistle demo --seed 3\n")
    assert machine.call("./run", "doctor", "x.yaml") == (0, "whistle doctor x.yaml\n")


def test_the_lock_of_the_product_is_not_enough_for_its_checks(machine: Machine) -> None:
    """What was set up to run has no test tools in it."""
    with_environment(machine, "run")
    assert machine.call_function("is_current run")[0] == 0
    assert machine.call_function("is_current dev")[0] != 0


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "requirements/build.txt", "requirements/run.txt"]
)
def test_a_changed_lock_makes_the_environment_old(machine: Machine, name: str) -> None:
    """Whoever pulls a new version gets its packages."""
    with_environment(machine, "run")
    with (machine.root / name).open("a") as file:
        file.write("# newer\n")
    assert machine.call_function("is_current run")[0] != 0


PIP = """case "$2" in
venv) /bin/mkdir -p "$3/bin" && /bin/ln -s "$0" "$3/bin/python" ;;
pip) for last; do :; done; [ -e network ] && echo "${last##*/}" >>installed ;;
esac"""


def test_a_tool_is_installed_from_its_lock_once(machine: Machine) -> None:
    """The build tools first, in an environment of its own; again when the lock has changed."""
    with_environment(machine, "dev")
    (machine.root / ".venv" / "bin" / "python").write_text(f"#!/bin/sh\n{PIP}\n")
    (machine.root / "network").touch()

    def installed() -> list[str]:
        status, _ = machine.call_function("setup_tool sslyze")
        assert status == 0
        return (machine.root / "installed").read_text().split()

    assert installed() == ["build.txt", "sslyze.txt"]
    assert installed() == ["build.txt", "sslyze.txt"]
    with (machine.root / "requirements" / "sslyze.txt").open("a") as lock:
        lock.write("# newer\n")
    assert installed() == ["build.txt", "sslyze.txt"] * 2


def test_without_a_network_there_is_no_tool_and_the_checks_go_on(machine: Machine) -> None:
    """It is said, it is no failure, and it is tried again the next time."""
    with_environment(machine, "dev")
    (machine.root / ".venv" / "bin" / "python").write_text(f"#!/bin/sh\n{PIP}\n")
    status, said = machine.call_function("setup_tool sslyze")
    assert status == 0
    assert "the tests that need it are skipped" in said
    (machine.root / "network").touch()
    assert machine.call_function("setup_tool sslyze") == (0, "Installing the test tool sslyze\n")


def test_a_moved_checkout_makes_the_environment_old(machine: Machine) -> None:
    """Scripts in an environment hold its path: after a move they would start the old one."""
    with_environment(machine, "run")
    moved = Machine(machine.root.rename(machine.root.with_name("moved")), machine.programs)
    assert moved.call_function("is_current run")[0] != 0


def test_a_part_that_does_not_exist_is_refused(machine: Machine) -> None:
    """A slip in an option must not look like a check that passed."""
    status, said = machine.call("./check", "--units")
    assert status == 2
    assert said.startswith("Usage: ./check")
