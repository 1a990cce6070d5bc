"""How the files are that a site file names: certificates, keys, secrets; pure."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from edge.api.ui.certificate_files import CertificateLine, Use
from edge.cli.doctor.finding import Finding, look, ok, wrong
from edge.cli.doctor.words import both
from edge.model import Text

RENEW: Final[dict[Use, Text]] = {
    "page": Text(
        "换上新证书；自签的由运行中的网关自动更新",
        "put a new one there; a self-made one is renewed by the gateway that runs",
    ),
    "authority": Text("向平台方要新的 CA 证书", "ask the platform's people for its authority"),
    "client": Text("向平台方申请新的客户端证书", "ask the platform's people for a new one"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A file that nobody else should read; `mode` is none where it cannot be looked at."""

    key: str
    path: str
    mode: int | None
    refusal: str = ""


def of_certificate(line: CertificateLine, now: datetime, unfit: str) -> Finding:
    """How one certificate is; `unfit` is why it cannot be used with its key."""
    name = f"certificate.{line.use}"
    subject = f"{line.whose} {line.file}".strip()
    remedy = RENEW[line.use]
    if line.problems:
        first = line.problems[0]
        return wrong(name, first.what, first.remedy, subject)
    if unfit:
        seen = Text(f"与私钥不配：{unfit}", f"it does not fit its key: {unfit}")
        return wrong(name, seen, Text("把成对的两个文件放在一起", "put the two that fit"), subject)
    if line.certificate is None or line.tone == "fault":
        return wrong(name, line.state, remedy, subject)
    left = (line.certificate.not_after - now).days
    until = f"{line.certificate.not_after:%Y-%m-%d}"
    seen = Text(f"还有 {left} 天，到 {until}", f"{left} days left, until {until}")
    if line.tone == "good":
        return ok(name, seen, subject)
    return look(name, seen, remedy, subject)


def of_secrets(secrets: Sequence[Secret]) -> Iterator[Finding]:
    """Whether others can read them; one line where all are well."""
    name, fine = "secret.mode", True
    for each in secrets:
        if each.mode is None:
            fine = False
            yield wrong(
                name,
                Text(f"读不了：{each.refusal}", f"it cannot be read: {each.refusal}"),
                Text("检查路径与权限", "look at its path and permissions"),
                f"{each.key} {each.path}",
            )
        elif each.mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
            fine = False
            yield look(
                name,
                Text(
                    f"权限 {stat.S_IMODE(each.mode):04o}：别人能读或改",
                    f"mode {stat.S_IMODE(each.mode):04o}: others can read or change it",
                ),
                both(f"chmod 600 {each.path}"),
                f"{each.key} {each.path}",
            )
    if fine:
        count = len(secrets)
        files = "file" if count == 1 else "files"
        yield ok(name, Text(f"{count} 个文件，别人读不了", f"{count} {files}, none open to others"))
