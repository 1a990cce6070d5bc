"""The command line for the platform's side: keys that fit site files, orders that are believed."""

from __future__ import annotations

import argparse
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from cloud_bridge.order_keys import SigningKey, VerifyingKey
from cloud_bridge.ordering import Wish
from cloud_bridge.wire.orders import open_envelope, read_order
from edge.cli.orders import add_command
from edge.config import load
from edge.errors import ConfigError
from edge.mqtt import Published
from simulators.platform.orders import KEY_ID, PUBLIC_FILE, OrderDesk
from tests.fakes import time as virtual

SITE = """
site: {id: s, name: {zh: 测试, en: Test}, language: en}
gateway: {id: gw, store: var}
links: [{id: gates, driver: mqtt_gate, broker: {host: 192.0.2.1}}]
devices:
  - id: gate-1
    link: gates
    profile: gates/mqtt_face
    name: {zh: 门, en: Gate}
    address: {device_id: '1'}
"""


def called(*words: str) -> int:
    """Run `whistle` with one command only."""
    top = argparse.ArgumentParser()
    commands = top.add_subparsers()
    add_command(commands.add_parser("command"), lambda _, en: en)
    arguments = top.parse_args(["command", *words])
    status: int = arguments.run(arguments)
    return status


def sign(key: Path, *more: str) -> Sequence[str]:
    """The words that sign an order."""
    given = {
        "--key": str(key),
        "--key-id": "city",
        "--site": "s",
        "--gateway": "gw",
        "--device": "gate-1",
        "--action": "open",
        "--by": "王工",
    }
    return ["sign", *(word for pair in given.items() for word in pair), *more]


def test_a_key_is_made_for_its_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Into a file of mode 600 goes the private half, never over another file."""
    path = tmp_path / "key"
    assert called("keygen", str(path)) == 0
    public = capsys.readouterr().out.strip()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.read("k", path).public == public
    with pytest.raises(ConfigError, match="exists"):
        called("keygen", str(path))
    assert SigningKey.read("k", path).public == public


@pytest.mark.parametrize("how", ["public_key", "public_key_file"])
def test_the_printed_key_fits_a_site_file(
    how: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pasted, or left in a file: the site trusts it for what is written and nothing else."""
    called("keygen", str(tmp_path / "key"))
    public = capsys.readouterr().out
    (tmp_path / "city.pub").write_text(public, encoding="ascii")
    value = public.strip() if how == "public_key" else "city.pub"
    key = f"{{id: city, {how}: '{value}', kinds: [gate], actions: [open]}}"
    path = tmp_path / "site.yaml"
    path.write_text(f"{SITE}commands: {{remote: true, keys: [{key}]}}\n", encoding="utf-8")
    commands = load(path).commands
    assert commands.allowed
    [(own, grant)] = commands.keys.items()
    assert own == public.strip()
    assert (grant.key, grant.kinds, grant.actions) == (
        "city",
        frozenset({"gate"}),
        frozenset({"open"}),
    )
    path.write_text(SITE, encoding="utf-8")
    assert not load(path).commands.allowed


def test_a_signed_order_says_what_was_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message alone is on the standard output, the topic beside it; the key has signed it."""
    path = tmp_path / "key"
    called("keygen", str(path))
    public = capsys.readouterr().out.strip()
    words = sign(path, "--arg", "value=300", "--arg", "word=x y", "--lives", "5s", "--id", "n-1")
    assert called(*words) == 0
    said = capsys.readouterr()
    assert said.err == "community/v1/s/gw/commands\n"
    sealed = open_envelope(said.out.encode())
    assert VerifyingKey(public).has_signed(sealed)
    order = read_order(sealed.signed)
    assert (sealed.key, order.id, order.device, order.action) == ("city", "n-1", "gate-1", "open")
    assert (order.issued_by, order.args) == ("王工", {"value": 300, "word": "x y"})
    assert (order.expires_at - order.issued_at).total_seconds() == 5


def test_what_is_no_key_is_told(tmp_path: Path) -> None:
    """No file, no PEM, a key of another kind: told with the file's name, no traceback."""
    missing, garbage = tmp_path / "missing", tmp_path / "garbage"
    garbage.write_text("not a key", encoding="ascii")
    for path in (missing, garbage):
        with pytest.raises(ConfigError, match=str(path)):
            called(*sign(path))
    called("keygen", str(tmp_path / "key"))
    with pytest.raises(ConfigError, match="NAME=VALUE"):
        called(*sign(tmp_path / "key", "--arg", "value"))


def test_the_simulated_platform_signs_what_its_site_trusts(tmp_path: Path) -> None:
    """The key that it leaves beside the site file is the one that it signs with; never retained."""
    sent: list[tuple[str, bytes]] = []

    async def publish(topic: str, body: bytes) -> Published:
        sent.append((topic, body))
        return Published(no_subscriber=False)

    desk = OrderDesk(publish, virtual.now)
    desk.leave_key(tmp_path)
    wish = Wish(site="s", gateway="gw", device="gate-1", action="open", by="值班员")

    async def order() -> None:
        await desk.send(desk.write(wish))

    virtual.run(order())
    [(topic, body)] = sent
    sealed = open_envelope(body)
    public = (tmp_path / PUBLIC_FILE).read_text(encoding="ascii").strip()
    assert topic == "community/v1/s/gw/commands"
    assert VerifyingKey(public).has_signed(sealed)
    assert (sealed.key, read_order(sealed.signed).issued_at) == (KEY_ID, virtual.EPOCH)
