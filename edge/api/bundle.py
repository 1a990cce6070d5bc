"""Files packed for somebody else: what to look at when something is wrong, and a backup."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from edge.versions import Files, Version

REDACTED: Final = "[left out]"

_NAMED: Final = r"[\w.-]*(?:passw|secret|token|credential|private_key|api_key)[\w.-]*(?<!_file)"
_QUOTED: Final = r"\"(?:[^\"\\]|\\.)*\"|'[^'\n]*'"
_WRITTEN: Final = re.compile(rf"(?i)(?P<key>{_NAMED}[\"']?\s*:\s*)(?:{_QUOTED}|[^\s\[][^\n,}}\]]*)")
"""As a file has it: the value ends with the line, or with the brace around it."""

_LOGGED: Final = re.compile(rf"(?i)(?P<key>{_NAMED}\s*=\s*)(?:{_QUOTED}|[^\s,}}\]]+)")
"""As a log has it: the value ends with the next space."""

_IN_ADDRESS: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/\s@\"']+@")
_KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL
)


def redacted(text: str) -> str:
    """A text without what looks like a secret; the name of a file that holds one stays.

    No secret belongs into a site file or a log, and what puts one there is refused: this is for
    the file that somebody has not corrected yet.
    """
    text = _KEY.sub(REDACTED, text)
    for pattern in (_WRITTEN, _LOGGED):
        text = pattern.sub(rf"\g<key>{REDACTED}", text)
    return _IN_ADDRESS.sub(rf"\g<scheme>{REDACTED}@", text)


def packed(contents: Mapping[str, bytes], at: datetime) -> bytes:
    """The files as a zip, all of one instant."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            about = zipfile.ZipInfo(name, at.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o600 << 16
            archive.writestr(about, content)
    return body.getvalue()


def encoded(told: object) -> bytes:
    """Something as readable JSON, without what looks like a secret."""
    text = msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
    return redacted(text).encode()


def of_configuration(files: Files) -> Mapping[str, bytes]:
    """The configuration's files as somebody from outside may see them."""
    return {f"configuration/{name}": redacted(files.text(name)).encode() for name in files.contents}


def of_backup(
    files: Files, versions: Iterable[Version], missing: Iterable[str]
) -> Mapping[str, bytes]:
    """What a gateway can be set up from again; `missing` are the secrets that are not in it."""
    note = _NOTE.format(missing="\n".join(f"  {name}" for name in sorted(missing)) or "  -")
    return {
        "README.txt": note.encode(),
        "versions.json": msgspec.json.format(msgspec.json.encode(tuple(versions)), indent=2),
        **{f"configuration/{name}": body for name, body in files.contents.items()},
    }


_NOTE: Final = """\
Whistle 网关的备份：configuration/ 里是站点文件及其型号、表格，versions.json 是修改历史。
恢复：把 configuration/ 的内容放到新网关的站点文件夹，补上下列文件，再运行 whistle run。
A backup of a Whistle gateway: configuration/ holds the site file with its profiles and tables,
versions.json is the history of changes. To restore, put what is in configuration/ into the site's
folder on the new gateway, add the files below, and start it with whistle run.

不在备份里的机密文件 / Secrets that are not in here:
{missing}

账户、令牌、审计记录和事件日志不在备份里。
Accounts, tokens, the audit log and the journal are not in here.
"""
