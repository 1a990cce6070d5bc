"""A model that is loaded: ONNX Runtime on what this machine has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as states

from edge.vision.detect.asking import Object
from edge.vision.detect.card import Card, InputSection
from edge.vision.detect.decode import decode
from edge.vision.detect.objects import objects
from edge.vision.detect.prepare import prepared
from edge.vision.detect.shelf import Standing, read_model
from edge.vision.detect.trouble import Misread, Unusable
from edge.vision.pictures import Image

PROVIDERS: Final[Mapping[str, str]] = {
    "TensorrtExecutionProvider": "TensorRT",
    "CUDAExecutionProvider": "CUDA",
    "OpenVINOExecutionProvider": "OpenVINO",
    "CPUExecutionProvider": "CPU",
}
"""What may run a model, the fastest first, with the word for a person."""

_TYPES: Final = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(uint8)": "uint8",
}
_FATAL_ONLY: Final = 4
"""What a run time says to a terminal is said in an error, too."""

_FAILURES: Final = (
    states.EPFail,
    states.EngineError,
    states.Fail,
    states.InvalidArgument,
    states.InvalidGraph,
    states.InvalidProtobuf,
    states.NoModel,
    states.NotImplemented,
    states.RuntimeException,
)
"""Each is an `Exception` of its own; there is none above them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a model has found; `read_as`: what the picture was brought to before it looked."""

    objects: tuple[Object, ...]
    read_as: tuple[int, int]


class Model:
    """One model, loaded, for one thread at a time."""

    def __init__(self, card: Card, session: Any, provider: str) -> None:
        self.card = card
        self.provider = provider
        self._session = session
        self._input = str(session.get_inputs()[0].name)
        self._outputs = [str(each.name) for each in session.get_outputs()]

    @classmethod
    def load(cls, standing: Standing) -> Self:
        """Load what stands on the shelf; `Unusable` says why that cannot be.

        The bytes that are loaded are those whose hash was checked.
        """
        card = standing.card
        content = read_model(standing.file, card)
        try:
            session = _session(content)
        except _FAILURES as error:
            said = _brief(error)
            raise Unusable(
                f"{card.file} 已损坏：{said}", f"{card.file} is broken: {said}"
            ) from error
        _check_input(session, card)
        taken = session.get_providers()[0]
        return cls(card, session, PROVIDERS.get(taken, taken))

    def reading(self, card: Card) -> Model:
        """Return the same model read by another card; nothing is loaded again."""
        _check_input(self._session, card)
        return Model(card, self._session, self.provider)

    def find(self, image: Image) -> Found:
        """Say what is in a picture; `Misread` when its output is not what the card says."""
        fed, fitted = prepared(image, self.card.input)
        try:
            given = self._session.run(self._outputs, {self._input: fed})
        except _FAILURES as error:
            said = _brief(error)
            raise Misread(f"模型运行失败：{said}", f"the model fails: {said}") from error
        outputs = {
            name: np.asarray(each, dtype=np.float32)
            for name, each in zip(self._outputs, given, strict=True)
        }
        found = objects(decode(outputs, self.card), self.card, fitted)
        return Found(objects=found, read_as=(fitted.width, fitted.height))


def available() -> tuple[str, ...]:
    """Return what may run a model on this machine, in words, the fastest first."""
    present = onnxruntime.get_available_providers()
    return tuple(word for name, word in PROVIDERS.items() if name in present)


def _session(content: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    present = onnxruntime.get_available_providers()
    wanted = [name for name in PROVIDERS if name in present]
    return onnxruntime.InferenceSession(content, options, providers=wanted)


def _check_input(session: Any, card: Card) -> None:
    """Refuse a card that feeds something else than the model takes."""
    inputs = session.get_inputs()
    if len(inputs) != 1:
        raise Unusable(
            f"{card.file} 有 {len(inputs)} 个输入，不只是图片",
            f"{card.file} takes {len(inputs)} inputs, not a picture alone",
        )
    [taken] = inputs
    section = card.input
    if _TYPES.get(taken.type) != section.dtype:
        raise Unusable(
            f"{card.file} 的输入是 {taken.type}，卡片写的是 dtype: {section.dtype}",
            f"{card.file} takes {taken.type}, its card says dtype: {section.dtype}",
        )
    wanted, fed = list(taken.shape), _shape(section)
    free = [not isinstance(side, int) for side in wanted]
    fits = len(wanted) == len(fed) and all(
        one or has == own for one, has, own in zip(free, wanted, fed, strict=True)
    )
    if not fits:
        said = f"{section.layout}, {section.width}×{section.height}"
        raise Unusable(
            f"{card.file} 的输入是 {_sides(wanted)}，卡片给的是 {_sides(fed)}（{said}）",
            f"{card.file} takes {_sides(wanted)}, its card feeds {_sides(fed)} ({said})",
        )


def _shape(section: InputSection) -> list[int]:
    if section.layout == "nchw":
        return [1, 3, section.height, section.width]
    return [1, section.height, section.width, 3]


def _sides(shape: Sequence[object]) -> str:
    return "×".join(str(side) for side in shape)


def _brief(error: BaseException) -> str:
    """Return the heart of what the run time says, on one line."""
    text = str(error).rpartition(" : ")[2] or str(error)
    return " ".join(text.split())[:200]
