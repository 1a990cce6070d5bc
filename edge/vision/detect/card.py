"""What a model card says: which file, what it is fed, how to read its output, its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from edge import model
from edge.faults import fault
from edge.schema import Id, Strict, Text

Task: TypeAlias = Literal["objects", "faces", "classify"]

FILE_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,126}$"
FileName: TypeAlias = Annotated[str, StringConstraints(pattern=FILE_NAME)]
"""A file beside the card, never a path."""
Sha256: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Url: TypeAlias = Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]{1,2000}$")]
Label: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=63)]
Part: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Side: TypeAlias = Annotated[int, Field(ge=16, le=4096)]
Three: TypeAlias = tuple[float, float, float]
Strides: TypeAlias = Annotated[
    tuple[Annotated[int, Field(ge=1, le=256)], ...], Field(min_length=1, max_length=8)
]

ASKS_BEFORE: Final = ("AGPL", "GPL", "SSPL", "CC-BY-NC", "CC-BY-ND")
"""Licences that bind whoever uses the model in a product: somebody has to say that they may."""

UNSURE: Final = 0.1
"""Below this even a tracker has no use for a detection; the lower threshold of BYTE."""


class InputSection(Strict):
    """How a picture becomes what the model is fed: x = (pixel × scale - mean) / std."""

    layout: Literal["nchw", "nhwc"] = "nchw"
    width: Side
    height: Side
    colour: Literal["bgr", "rgb"]
    dtype: Literal["float32", "float16", "uint8"] = "float32"
    scale: Annotated[float, Field(gt=0)] = Field(description="1, or 0.00392157 for 0 to 1.")
    mean: Three = (0.0, 0.0, 0.0)
    std: tuple[
        Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]
    ] = (1.0, 1.0, 1.0)
    fit: Literal["letterbox", "stretch"] = Field(
        description="Keep the proportions and fill up with `pad`, or not."
    )
    pad: Annotated[int, Field(ge=0, le=255)] = 114
    place: Literal["top_left", "centre"] = "top_left"


class YoloxOutput(Strict):
    """One output, 1 × places × (4 + 1 + labels), boxes relative to the places of a grid."""

    decoder: Literal["yolox"]
    strides: Strides = (8, 16, 32)


class FastestDetOutput(Strict):
    """One output, 1 × (1 + 4 + labels) × rows × columns."""

    decoder: Literal["fastestdet"]


class YunetOutput(Strict):
    """For each stride the outputs cls_, obj_, bbox_ and kps_: faces with five landmarks."""

    decoder: Literal["yunet"]
    strides: Strides = (8, 16, 32)


class Yolov8Output(Strict):
    """One output, 1 × (4 + labels) × places, boxes as centre and size in pixels of the input."""

    decoder: Literal["yolov8"]


class NmsXyxyOutput(Strict):
    """One output, 1 × objects × (left, top, right, bottom, score, label), doubles taken out."""

    decoder: Literal["nms-xyxy"]
    boxes: Literal["pixels", "parts"] = "pixels"


class LogitsOutput(Strict):
    """One output, 1 × labels: what the whole picture shows."""

    decoder: Literal["logits"]
    activation: Literal["softmax", "sigmoid", "none"] = "softmax"


OutputSection: TypeAlias = Annotated[
    YoloxOutput | FastestDetOutput | YunetOutput | Yolov8Output | NmsXyxyOutput | LogitsOutput,
    Field(discriminator="decoder"),
]


class ThresholdsSection(Strict):
    """From which score on an object is there; `low`: from which one it helps to follow one."""

    default: Part
    low: Part = UNSURE
    classes: Mapping[Label, Part] = Field(default_factory=dict)

    def sure(self, label: str) -> float:
        """From which score on an object of that canonical class is there."""
        return self.classes.get(label, self.default)


class ExpectedSection(Strict):
    """One object that the model has to find in a picture of the self-test."""

    label: Label
    score: Part
    box: tuple[float, float, float, float] = Field(
        (0.0, 0.0, 1.0, 1.0), description="Left, top, right, bottom in parts of the picture."
    )


class PictureSection(Strict):
    """A picture of the self-test beside the card, where it is from, what must be found in it."""

    picture: FileName
    from_: str = Field("", alias="from", description="Its source and licence.")
    expect: Annotated[tuple[ExpectedSection, ...], Field(max_length=50)] = ()


class Card(Strict):
    """One model. Its card is named after it: `yolox_nano.yaml`."""

    id: Id
    version: Annotated[str, StringConstraints(min_length=1, max_length=63)]
    name: Text
    task: Task
    file: FileName
    bytes: Annotated[int, Field(gt=0)]
    sha256: Sha256
    licence: Annotated[str, StringConstraints(min_length=1, max_length=63)]
    licence_url: Url | None = None
    must_accept: bool = Field(
        default=False, description="Somebody has to accept the licence; of AGPL and such always."
    )
    source: Url | None = Field(None, description="Where `whistle models pull` gets it from.")
    input: InputSection
    output: OutputSection
    labels: Annotated[tuple[Label, ...], Field(min_length=1, max_length=2000)]
    labels_file: FileName | None = Field(
        None, description="Instead of `labels`: a text file beside the card, one label a line."
    )
    classes: Mapping[Label, Label] = Field(
        default_factory=dict,
        description="Label → canonical class. Labels without one are not told; empty tells all.",
    )
    thresholds: ThresholdsSection
    nms: Part = Field(0.45, description="Two boxes of one class that share more are one object.")
    evaluation: str = Field("", description="How good it is, by whose word.")
    limits: Text = Field(description="What it does not see, in words for who relies on it.")
    self_test: Annotated[tuple[PictureSection, ...], Field(max_length=8)] = ()

    @property
    def asks_before(self) -> bool:
        """Whether somebody has to accept the licence before the model is used."""
        return self.must_accept or self.licence.upper().startswith(ASKS_BEFORE)

    def canonical(self, number: int) -> str:
        """The canonical class of the label with that number; empty when it is not told."""
        if not 0 <= number < len(self.labels):
            return ""
        label = self.labels[number]
        return self.classes.get(label, "") if self.classes else label

    @model_validator(mode="after")
    def _fits(self) -> Self:
        strange = next((label for label in self.classes if label not in self.labels), None)
        if strange is not None:
            raise fault(
                model.Text(f"labels 中没有 {strange}", f"{strange} is none of the labels"),
                model.Text("classes 的键写模型的标签", "the keys of `classes` are labels"),
            )
        told = {name for number in range(len(self.labels)) if (name := self.canonical(number))}
        named = {*self.thresholds.classes, *(e.label for p in self.self_test for e in p.expect)}
        unknown = next(iter(sorted(named - told)), None)
        if unknown is not None:
            raise fault(
                model.Text(f"没有类别 {unknown}", f"the model tells of no {unknown}"),
                model.Text(
                    "写 classes 右边的名称", "write a name from the right side of `classes`"
                ),
            )
        if (self.task == "classify") != (self.output.decoder == "logits"):
            raise fault(
                model.Text("task 与 decoder 不符", "task and decoder do not fit"),
                model.Text("classify 配 logits", "classify goes with logits, the others do not"),
            )
        return self
