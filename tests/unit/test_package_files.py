"""What the package brings to a box: a first site file, and scripts that Debian's shell reads."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from edge.config import load
from tests.source_tree import ROOT

PACKAGE = ROOT / "scripts" / "package"
FILES = PACKAGE / "files"
STARTER = (FILES / "site.yaml").read_text(encoding="utf-8")
SCRIPTS = ("postinst", "prerm", "postrm", "install.sh", "whistle")


def test_a_box_begins_with_a_site_file_that_is_sound() -> None:
    """Without a device, but with a page: the service starts, and somebody can enrol."""
    found = load(FILES / "site.yaml", language="en")
    assert found.warnings == ()
    assert str(found.store) == "/var/lib/whistle"
    assert found.page.serve == "on"


def test_its_example_works_as_it_stands(tmp_path: Path) -> None:
    """Whoever takes the remark's sign away has a lift."""
    whole = re.sub(
        r"^#   ", "", STARTER.replace("links: []\ndevices: []\n", ""), flags=re.MULTILINE
    )
    (tmp_path / "site.yaml").write_text(whole, encoding="utf-8")
    found = load(tmp_path / "site.yaml", language="en")
    assert found.warnings == ()
    assert list(found.site.devices) == ["lift-1"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_read_by_debian_s_shell(name: str) -> None:
    """A mistake in it leaves a box with half a package."""
    script = FILES / name
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    done = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_site_s_own_files_are_in_no_package() -> None:
    """What dpkg knows it would change, ask about, or remove."""
    build = (PACKAGE / "build").read_text(encoding="utf-8")
    assert "conffiles" not in build
    assert "whistle/etc" not in build
    assert "whistle/var" not in build


def test_every_word_that_stands_for_another_is_filled_in() -> None:
    """One that the build does not know would reach the box as it is."""
    build = (PACKAGE / "build").read_text(encoding="utf-8")
    wanted = {
        word
        for path in FILES.iterdir()
        for word in re.findall(r"@[A-Z_]+@", path.read_text(encoding="utf-8"))
    }
    assert wanted
    assert {word for word in wanted if f"s/{word}/" not in build} == set()
