"""The keys of a site file against its devices."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from edge.choices import choose
from edge.config.command_section import CommandKey, CommandsSection, RemoteCommands
from edge.config.site_checks import check_reference, ids_of
from edge.config.site_reading import Draft
from edge.files.problems import Problems
from edge.files.sections import read
from edge.files.yaml_file import Document, Steps
from edge.model import Text
from edge.rules.interlock import Grant
from edge.schema import Profile

KEY_BYTES: Final = 32
LONGEST_KEY_FILE: Final = 4096
"""A public key has 45 bytes with its line end; a page is read of whatever is there."""


def read_commands(
    document: Document, draft: Draft, profiles: Mapping[int, Profile], problems: Problems
) -> RemoteCommands:
    """Read the section and tell every mistake in it; nothing is allowed where there is none."""
    if not isinstance(document.tree, dict) or "commands" not in document.tree:
        return RemoteCommands()
    section = read(document, ("commands",), CommandsSection, problems)
    if section is None:
        return RemoteCommands()
    devices = {draft.devices[index].id: profile for index, profile in profiles.items()}
    keys: dict[str, Grant] = {}
    lines: dict[str, int] = {}
    for index, key in enumerate(section.keys):
        steps: Steps = ("commands", "keys", index)
        _once(document, (*steps, "id"), key.id, lines, problems)
        _check_devices(document, steps, key, problems)
        _check_actions(document, steps, key, devices, problems)
        public = _public(document, steps, key, problems)
        if public is not None and _once(document, steps, public, lines, problems):
            keys[public] = key.grant()
    return RemoteCommands(allowed=section.remote, keys=keys)


def _once(
    document: Document, steps: Steps, own: str, lines: dict[str, int], problems: Problems
) -> bool:
    """Whether no key before has this name, or is the same key."""
    line = document.mark(steps).line
    if lines.setdefault(own, line) == line:
        return True
    first = lines[own]
    if steps[-1] == "id":
        what = Text(f"{own} 与第 {first} 行重复", f"{own} is the id in line {first} already")
        remedy = Text("换一个名字", "give it another id")
    else:
        what = Text(f"与第 {first} 行是同一把公钥", f"the key in line {first} is the same")
        remedy = Text("一把密钥只写一次", "write each key once")
    problems.add(document, steps, what, remedy)
    return False


def _check_devices(document: Document, steps: Steps, key: CommandKey, problems: Problems) -> None:
    names = ids_of(document, "devices").values()
    for number in range(len(key.devices)):
        at = (*steps, "devices", number)
        check_reference(document, at, Text("设备", "device"), names, problems)


def _check_actions(
    document: Document,
    steps: Steps,
    key: CommandKey,
    devices: Mapping[str, Profile],
    problems: Problems,
) -> None:
    """Each action is one that some device of the key has; a slip of the pen allows nothing."""
    own = [
        profile
        for device, profile in devices.items()
        if device in key.devices or profile.kind in key.kinds
    ]
    known = sorted({action for profile in own for action in profile.all_actions})
    for number, action in enumerate(key.actions):
        if own and action not in known:
            what = Text(
                f"这些设备都没有动作 {action}", f"none of these devices has an action {action}"
            )
            problems.add(document, (*steps, "actions", number), what, choose(action, known))


def _public(document: Document, steps: Steps, key: CommandKey, problems: Problems) -> str | None:
    """The public key in base64, spelt in the one way; none when its file does not hold one."""
    try:
        if key.public_key_file is None:
            text = (key.public_key or "").encode()
        else:
            with Path(key.public_key_file).open("rb") as file:
                text = file.read(LONGEST_KEY_FILE).strip()
        raw = base64.b64decode(text, validate=True)
        if len(raw) == KEY_BYTES:
            return base64.b64encode(raw).decode()
    except OSError:
        return None  # told with all files that a site file names
    except ValueError:
        pass
    what = Text("文件里不是一把公钥", "the file holds no public key")
    remedy = Text(
        "存入 whistle command keygen 打印的那一行",
        "put into it the line that `whistle command keygen` prints",
    )
    problems.add(document, (*steps, "public_key_file"), what, remedy)
    return None
