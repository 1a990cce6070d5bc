"""Requests to the simulated platform, off the event loop."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Mapping

SECONDS = 5


def _ask(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - our own server
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


async def get(url: str) -> tuple[int, bytes]:
    """Status and body of a GET."""
    return await asyncio.to_thread(_ask, urllib.request.Request(url))  # noqa: S310 - our own server


async def send(url: str, body: bytes, kind: str = "application/json") -> tuple[int, bytes]:
    """Status and body of a POST."""
    request = urllib.request.Request(url, body, {"Content-Type": kind})  # noqa: S310 - our own server
    return await asyncio.to_thread(_ask, request)


async def post(url: str, fields: Mapping[str, str]) -> int:
    """Status of a POST of JSON."""
    status, _ = await send(url, json.dumps(fields).encode())
    return status
