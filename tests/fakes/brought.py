"""A form with files in it, as a browser sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_BOUNDARY: Final = "between-the-parts"

SENT_AS: Final = f"multipart/form-data; boundary={_BOUNDARY}"


def sent(fields: Mapping[str, str], files: Mapping[str, bytes]) -> bytes:
    """Its body; a file is called after its field."""
    parts = [
        f'content-disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    parts += [
        f'content-disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'.encode() + body
        for name, body in files.items()
    ]
    between = f"--{_BOUNDARY}\r\n".encode()
    return b"".join(between + part + b"\r\n" for part in parts) + f"--{_BOUNDARY}--\r\n".encode()
