"""What goes over the detector's socket: questions, replies, and nonsense."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.detect.asking import MOST_BYTES, Answer, Busy, Object, Question, Unable
from edge.vision.detect.line import Nonsense, length_of, question_of
from edge.vision.findings import Box

QUESTION = Question(camera="camera-1", model="yolox_nano", width=2, height=1, pixels=b"bgrBGR")
WORDS = {
    "type": "question",
    "camera": "camera-1",
    "model": "yolox_nano",
    "width": 2,
    "height": 1,
    "pixels": b"bgrBGR",
}


def test_a_question_as_anybody_writes_it() -> None:
    """A map with `type`; pixels as bytes; patience may be left out, unknown keys are ignored."""
    body = msgspec.msgpack.encode({**WORDS, "later": 1})
    assert question_of(body) == QUESTION
    assert QUESTION.patience_s == 5.0


def test_replies_as_anybody_writes_them() -> None:
    """An object is an array: box, label, score; what comes after may be left out."""
    reply = {
        "type": "answer",
        "objects": [[[0.1, 0.2, 0.3, 0.4], "person", 0.9]],
        "model": "own",
        "sha256": "",
        "waited_s": 0,
        "took_s": 0.01,
    }
    body = msgspec.msgpack.encode(reply)
    decoded = msgspec.msgpack.decode(body, type=Answer | Unable | Busy)
    assert isinstance(decoded, Answer)
    assert decoded.objects == (Object(Box(0.1, 0.2, 0.3, 0.4), "person", 0.9),)
    assert decoded.objects[0].sure
    assert decoded.read_as == (0, 0)
    for word in (Unable(model="own", reason="why"), Busy(model="own", waited_s=0.1)):
        body = msgspec.msgpack.encode(word)
        assert msgspec.msgpack.decode(body, type=Answer | Unable | Busy) == word


@pytest.mark.parametrize(
    "changes",
    [
        {"pixels": b"bgr"},
        {"pixels": "text"},
        {"width": 0, "pixels": b""},
        {"width": -1, "height": -2},
        {"width": 8193, "height": 1},
        {"model": "../yunet"},
        {"model": "yunet\n"},
        {"camera": "c" * 129},
        {"patience_s": -1},
        {"patience_s": float("nan")},
        {"type": "answer"},
    ],
)
def test_a_question_that_is_none(changes: dict[str, object]) -> None:
    """Wrong sizes, paths for names, no number: nonsense, and nothing is looked at."""
    with pytest.raises(Nonsense):
        question_of(msgspec.msgpack.encode({**WORDS, **changes}))


@given(st.binary(max_size=200))
def test_any_bytes_are_nonsense(body: bytes) -> None:
    """Whatever comes, it is a word for the log or nothing; never another error."""
    with pytest.raises(Nonsense):
        question_of(body)


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_question_with_a_byte_changed(at: int, byte: int) -> None:
    """It is a question still, or nonsense."""
    body = bytearray(msgspec.msgpack.encode(QUESTION))
    body[at % len(body)] = byte
    try:
        question = question_of(body)
    except Nonsense:
        return
    assert len(question.pixels) == question.width * question.height * 3


def test_deep_nesting_is_nonsense() -> None:
    """A message of brackets alone does not end the detector."""
    with pytest.raises(Nonsense):
        question_of(b"\x91" * 100_000)


@pytest.mark.parametrize("count", [0, MOST_BYTES + 1, 2**32 - 1])
def test_a_length_that_nobody_sends(count: int) -> None:
    """Before a byte of it is waited for, or room is made."""
    with pytest.raises(Nonsense):
        length_of(count.to_bytes(4))
    assert length_of((7).to_bytes(4)) == 7
