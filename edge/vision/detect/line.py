"""Messages between cameras and a detector over their local socket: one in, one out."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from edge.vision.detect.asking import MOST_BYTES, Answer, Busy, Question, Reply, Unable

HEAD_BYTES: Final = 4
LONGEST_REPLY: Final = 4 * 1024 * 1024
"""Bytes; three hundred objects take thirty thousand."""

_QUESTIONS: Final = msgspec.msgpack.Decoder(Question)
_REPLIES: Final = msgspec.msgpack.Decoder(Answer | Unable | Busy)
_ENCODER: Final = msgspec.msgpack.Encoder()

M = TypeVar("M")


class Nonsense(ValueError):
    """What came is no message of this protocol, or ended in the middle of one."""


def say(connection: socket.socket, message: Question | Reply) -> None:
    """Send one message; the socket's timeout holds for each part of it."""
    body = _ENCODER.encode(message)
    connection.sendall(len(body).to_bytes(HEAD_BYTES) + body)


def hear_reply(connection: socket.socket) -> Reply:
    """Receive a reply; `Nonsense` when none comes whole, `OSError` when the line breaks."""
    head = received(connection, HEAD_BYTES)
    count = int.from_bytes(head)
    if count > LONGEST_REPLY:
        raise Nonsense(f"a reply of {count} bytes")
    reply: Reply = _decoded(_REPLIES.decode, received(connection, count))
    return reply


def question_of(body: bytes | bytearray) -> Question:
    """Read a question; `Nonsense` when it is none, or its picture not as large as it says."""
    question = _decoded(_QUESTIONS.decode, body)
    if len(question.pixels) != question.width * question.height * 3:
        raise Nonsense(f"{len(question.pixels)} bytes are not {question.width}×{question.height}")
    return question


def length_of(head: bytes | bytearray) -> int:
    """Return how many bytes of a question follow; `Nonsense` when nobody asks so much."""
    count = int.from_bytes(head)
    if not 0 < count <= MOST_BYTES:
        raise Nonsense(f"a question of {count} bytes")
    return count


def received(connection: socket.socket, count: int) -> bytearray:
    """Receive so many bytes; `Nonsense` when the other side hangs up before."""
    body = bytearray(count)
    rest = memoryview(body)
    while rest:
        got = connection.recv_into(rest)
        if got == 0:
            raise Nonsense("hung up")
        rest = rest[got:]
    return body


def _decoded(decode: Callable[[bytes | bytearray], M], body: bytes | bytearray) -> M:
    try:
        return decode(body)
    except (ValueError, RecursionError) as error:
        raise Nonsense(str(error)) from None
