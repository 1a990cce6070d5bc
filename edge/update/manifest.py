"""What a release says of itself, and whether this box can take it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct

from edge.schema_steps import Schema, fits
from edge.update.refused import Refused

PRODUCT: Final = "whistle"

ARCHITECTURES: Final[Mapping[str, str]] = {"x86_64": "amd64", "aarch64": "arm64"}
"""What Debian calls what the kernel says."""

_VERSION: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6}){1,3})(?:(a|b|rc)(\d{1,6}))?", re.ASCII)

Version: TypeAlias = Annotated[str, Meta(pattern=rf"^{_VERSION.pattern}$", max_length=40)]
Order: TypeAlias = tuple[tuple[int, ...], tuple[str, int]]


class Member(Struct, frozen=True, kw_only=True):
    """A file that comes with the manifest."""

    name: Annotated[str, Meta(max_length=100)]
    size: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class Manifest(Struct, frozen=True, kw_only=True):
    """What is signed.

    `replaces` is the oldest version it can follow; `python` the one that it was built for;
    `unpacked` how many bytes it takes; `schemas` what its databases are like, for the way back.
    """

    product: str
    version: Version
    architecture: str
    python: str
    made: datetime
    expires: datetime | None = None
    replaces: Version
    unpacked: Annotated[int, Meta(ge=0)]
    schemas: dict[str, Schema]
    members: Annotated[tuple[Member, ...], Meta(min_length=1, max_length=8)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What the box is, and what runs on it; `schemas` are the newest that this can read."""

    version: str
    architecture: str
    python: str
    schemas: Mapping[str, int]


_DECODER: Final = msgspec.json.Decoder(Manifest)
_ENCODER: Final = msgspec.json.Encoder(order="sorted")


def encode(manifest: Manifest) -> bytes:
    """Write it in the one way in which it is signed."""
    return _ENCODER.encode(manifest)


def decode(body: bytes) -> Manifest:
    """Read it; `Refused` for what is none."""
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refused(
            f"升级包的清单读不懂：{error}", f"the manifest of the release cannot be read: {error}"
        ) from error


def order_of(version: str) -> Order:
    """Return what versions are sorted by: 1.2.0rc1 < 1.2.0 = 1.2 < 1.2.1."""
    found = _VERSION.fullmatch(version)
    if found is None:
        raise Refused(f"不是版本号：{version}", f"{version} is no version such as 1.2.0")
    numbers = [int(each) for each in found[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), (found[2] or "z", int(found[3] or 0))


def examine(manifest: Manifest, here: Here, now: datetime, *, older: bool = False) -> None:
    """`Refused` when it is not for this box, or not now; `older` when somebody here wants that."""
    _for_this_box(manifest, here)
    if manifest.expires is not None and now > manifest.expires:
        raise Refused(
            f"升级包已于 {manifest.expires:%Y-%m-%d} 过期；取一个新的",
            f"the release expired on {manifest.expires:%Y-%m-%d}; get a newer one",
        )
    if order_of(manifest.version) == order_of(here.version):
        raise Refused(f"已经在运行 {here.version}", f"{here.version} is what runs already")
    if order_of(manifest.version) < order_of(here.version) and not older:
        raise Refused(
            f"{manifest.version} 比正在运行的 {here.version} 旧；确实要装旧版，加 --allow-older",
            f"{manifest.version} is older than {here.version}, which runs; if that is what you"
            " want, add --allow-older",
        )
    if order_of(here.version) < order_of(manifest.replaces):
        raise Refused(
            f"{manifest.version} 只能从 {manifest.replaces} 或更新的版本升级，本机是"
            f" {here.version}；先装 {manifest.replaces}",
            f"{manifest.version} follows {manifest.replaces} or later, this box has"
            f" {here.version}; install {manifest.replaces} first",
        )
    if unread := fits(manifest.schemas, here.schemas):
        names = ", ".join(unread)
        raise Refused(
            f"装上 {manifest.version} 后 {here.version} 将读不了 {names}，万一不行退不回来；"
            "先装两者之间的版本",
            f"{here.version} could not read what {manifest.version} writes ({names}), so there"
            " would be no way back; install a version between the two first",
        )


def _for_this_box(manifest: Manifest, here: Here) -> None:
    if manifest.product != PRODUCT:
        raise Refused(
            f"这是 {manifest.product} 的升级包，不是 {PRODUCT} 的",
            f"this is a release of {manifest.product}, not of {PRODUCT}",
        )
    if manifest.architecture != here.architecture:
        raise Refused(
            f"这个升级包用于 {manifest.architecture}，本机是 {here.architecture}",
            f"this release is for {manifest.architecture}, this box is {here.architecture};"
            f" take the one that ends in {here.architecture}.release",
        )
    if manifest.python != here.python:
        raise Refused(
            f"这个升级包需要 Python {manifest.python}，本机是 {here.python}；先升级系统",
            f"this release needs Python {manifest.python}, this box has {here.python}; upgrade"
            " the system first",
        )
