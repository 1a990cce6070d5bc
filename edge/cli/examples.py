"""What a command looks like when it is typed: examples for its help and for the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "alarms": ("whistle alarms list site.yaml",),
    "alarms acknowledge": ("whistle alarms acknowledge site.yaml 4711 --comment 'on my way'",),
    "alarms list": ("whistle alarms list site.yaml", "whistle alarms list site.yaml --json"),
    "alarms reset": ("whistle alarms reset site.yaml 4711",),
    "alarms resume": ("whistle alarms resume site.yaml monthly",),
    "alarms shelve": (
        "whistle alarms shelve site.yaml 4711 --minutes 120 --reason 'part is ordered'",
    ),
    "alarms suppress": (
        "whistle alarms suppress site.yaml monthly --why test --reason 'fire test' --device fire-1",
    ),
    "alarms unshelve": ("whistle alarms unshelve site.yaml 4711",),
    "audit": ("whistle audit verify site.yaml",),
    "audit list": ("whistle audit list site.yaml --who li --last 50",),
    "audit verify": (
        "whistle audit verify site.yaml",
        "whistle audit verify site.yaml --checkpoint noted-by-the-platform.txt",
    ),
    "backup": (
        "whistle backup site.yaml /media/usb/maple.zip",
        "whistle backup site.yaml /media/usb/maple.zip --history --with-keys",
    ),
    "check": ("whistle check site.yaml",),
    "command": ("whistle command keygen platform.key",),
    "command configure": (
        (
            "whistle command configure --key platform.key --key-id city --site maple-court"
            " --gateway gw-1 --by li --revision 12 --site-file site.yaml"
        ),
    ),
    "command offer": (
        (
            "whistle command offer whistle-0.2.0-amd64.release --key platform.key --key-id city"
            " --site maple-court --gateway gw-1 --by li --offer 3 --window 02:00-05:00"
            " --url https://releases.example/whistle-0.2.0-amd64.release"
        ),
    ),
    "command keygen": ("whistle command keygen platform.key",),
    "command sign": (
        (
            "whistle command sign --key platform.key --key-id city --site maple-court"
            " --gateway gw-1 --device fire-1 --action duty_check --by li"
        ),
    ),
    "completion": (
        "whistle completion bash > ~/.local/share/bash-completion/completions/whistle",
        "whistle completion zsh >> ~/.zshrc",
        "whistle completion fish > ~/.config/fish/completions/whistle.fish",
    ),
    "decode": (
        (
            "whistle decode gb26875"
            " 404005000101001e140a0107137b00000000000100000000000400021501090000fb2323"
        ),
        "whistle decode gb26875 - < frames.txt",
    ),
    "demo": (
        "whistle demo",
        "whistle demo --scenario fire_at_night",
        "whistle demo --seconds 90 --json",
    ),
    "diagnose": ("whistle diagnose site.yaml help.zip",),
    "do": ("whistle do site.yaml gate-1 open", "whistle do site.yaml fire-1 duty_check"),
    "doctor": ("whistle doctor site.yaml", "whistle doctor site.yaml --broker"),
    "egress": ("whistle egress site.yaml > /etc/nftables.d/whistle.nft",),
    "enrol": ("whistle enrol site.yaml",),
    "health": (
        "whistle health site.yaml",
        "whistle health --store /var/lib/whistle --ready",
    ),
    "history": ("whistle history export site.yaml --from 2026-10-01",),
    "history export": (
        "whistle history export site.yaml --points 'lift-*/*' --from 2026-10-01",
        "whistle history export site.yaml --resolution hour --format parquet --output year.parquet",
    ),
    "journal": ("whistle journal list site.yaml",),
    "journal fsck": ("whistle journal fsck site.yaml",),
    "journal list": ("whistle journal list site.yaml --last 50",),
    "journal requeue": ("whistle journal requeue site.yaml --uplink city",),
    "journal import": ("whistle journal import site.yaml var/journal-aside-20261001T031500.db",),
    "journal show": ("whistle journal show site.yaml 1024",),
    "key": ("whistle key request site.yaml",),
    "key install": ("whistle key install site.yaml signed.pem",),
    "key request": ("whistle key request site.yaml --uplink city > request.csr",),
    "models": ("whistle models list",),
    "models add": ("whistle models add /media/usb/yolox_nano.onnx --site site.yaml",),
    "models bench": ("whistle models bench --site site.yaml",),
    "models list": ("whistle models list --site site.yaml",),
    "models pull": ("whistle models pull yolox_nano yunet --site site.yaml",),
    "models verify": ("whistle models verify --site site.yaml",),
    "remote": ("whistle remote site.yaml", "whistle remote site.yaml off"),
    "restore": (
        "whistle restore maple.zip /etc/whistle",
        "whistle restore maple.zip /etc/whistle --keys maple.zip.keys --replace",
    ),
    "rules": ("whistle rules explain site.yaml lift-1/entrapment",),
    "rules explain": ("whistle rules explain site.yaml lift-1/entrapment",),
    "rules replay": (
        "whistle rules replay site.yaml --from 2026-10-01",
        "whistle rules replay site.yaml --from 2026-10-01 --rules mine.yaml",
    ),
    "rules test": ("whistle rules test site.yaml",),
    "run": ("whistle run site.yaml",),
    "schema": ("whistle schema > site.schema.json", "whistle schema profile"),
    "simulate": ("whistle simulate site.yaml --scenario story.yaml",),
    "update": ("whistle update status",),
    "update back": ("whistle update back", "whistle update back 0.1.0"),
    "update count": ("whistle update count",),
    "update go-on": ("whistle update go-on",),
    "update install": (
        "whistle update install whistle-0.2.0-amd64.release",
        "whistle update install /media/usb",
    ),
    "update list": ("whistle update list",),
    "update make": ("whistle update make opt/whistle/packaged --key vendor.pem --made 2026-12-01",),
    "update rehearse": ("whistle update rehearse site.yaml",),
    "update status": ("whistle update status",),
    "update take": ("whistle update take",),
    "users": ("whistle users list site.yaml",),
    "users add": ("whistle users add site.yaml li --role technician",),
    "users disable": ("whistle users disable site.yaml li",),
    "users enable": ("whistle users enable site.yaml li",),
    "users list": ("whistle users list site.yaml",),
    "users password": ("whistle users password site.yaml li",),
    "users remove": ("whistle users remove site.yaml li",),
    "vision": ("whistle vision analyse yard.mp4 --site site.yaml --camera camera-1",),
    "vision analyse": (
        "whistle vision analyse yard.mp4 --site site.yaml --camera camera-1",
        "whistle vision analyse yard.mp4 --rules rules.yaml --json",
    ),
    "vision teach": (
        (
            "whistle vision teach --site site.yaml --camera camera-1 --zone bin --full full"
            " --empty empty"
        ),
    ),
}
"""By the words that lead to a parser. What stands here is parsed by a test."""
