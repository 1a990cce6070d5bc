"""What a camera and a detector, ours or anybody's, say to each other over a local socket."""

# Each message is four bytes of length, big-endian, then msgpack. A camera asks one question at a
# time and waits for its answer; what the detector cannot take in time is not queued by anybody.

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec

from edge.vision.findings import Box

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one message: a picture of 4,096 × 4,096 pixels, and room."""

MOST_SIDE: Final = 8192
"""Pixels of one side; such a picture does not fit but a panorama does."""

ModelName: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}\Z")]
CameraName: TypeAlias = Annotated[str, msgspec.Meta(max_length=128)]
Side: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=MOST_SIDE)]
Patience: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=600)]
"""What a detector takes; anything else is nonsense, and ends the connection."""


class Question(msgspec.Struct, frozen=True, kw_only=True, tag="question"):
    """What is in this picture? Rows × columns × 3 bytes, blue first, without padding.

    `model` is a card's id. `camera` is whose turn is taken: cameras take turns, one each.
    `patience_s` is how long the camera waits for its turn: what is not begun by then is dropped.
    """

    camera: CameraName
    model: ModelName
    width: Side
    height: Side
    pixels: bytes
    patience_s: Patience = 5.0


class Object(msgspec.Struct, frozen=True, array_like=True):
    """One object: its box, canonical label and score; of a face its landmarks too: x, y, x, y.

    Not `sure` is what stays below the card's threshold: good for going on following what is known
    already (and for blurring a face), never for saying that something new is there.
    """

    box: Box
    label: str
    score: float
    landmarks: tuple[float, ...] = ()
    sure: bool = True


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """What was found; `waited_s` before its turn came, `took_s` in the model.

    `read_as` is the width and height that the picture was brought to before the model looked: a
    camera that sends its next one so spares itself the sending. 0 says nothing about it.
    """

    objects: tuple[Object, ...]
    model: str
    sha256: str
    waited_s: float
    took_s: float
    read_as: tuple[int, int] = (0, 0)


class Unable(msgspec.Struct, frozen=True, kw_only=True, tag="unable"):
    """No answer: the model is missing, broken, or does not read such a picture."""

    model: str
    reason: str


class Busy(msgspec.Struct, frozen=True, kw_only=True, tag="busy"):
    """No answer within the patience: others had their turns. Ask again with a newer picture."""

    model: str
    waited_s: float


Reply: TypeAlias = Answer | Unable | Busy
