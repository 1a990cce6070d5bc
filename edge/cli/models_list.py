"""What `whistle models list` tells of each model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from edge.cli.command import Say
from edge.model import Text
from edge.vision.detect.card import Card
from edge.vision.detect.shelf import accepted, file_of, how_to_get, read_model
from edge.vision.detect.trouble import Unusable

State: TypeAlias = Literal["here", "missing", "wrong", "licence"]

MEGA: Final = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A model and how it stands in a folder; `remark` where something is to be done."""

    card: Card
    state: State
    remark: Text | None = None

    def line(self, say: Say) -> str:
        """What a person reads: what it is, whether it is here, what it does not see."""
        card = self.card
        state = {
            "here": say("已有", "here"),
            "missing": say("没有", "not here"),
            "wrong": say("文件不对", "WRONG FILE"),
            "licence": say("许可证未接受", "licence not accepted"),
        }[self.state]
        facts = f"{card.version}, {card.task}, {card.licence}, {card.bytes / MEGA:.1f} MB"
        lines = [f"{card.id}  {say(card.name.zh, card.name.en)}  ({facts})  {state}"]
        if self.remark is not None:
            lines.append(f"    → {say(self.remark.zh, self.remark.en)}")
        lines.append(f"    {say(card.limits.zh, card.limits.en)}")
        return "".join(f"{line}\n" for line in lines)

    def plain(self) -> dict[str, object]:
        """The same for a program."""
        card, remark = self.card, self.remark
        return {
            "id": card.id,
            "version": card.version,
            "task": card.task,
            "name": {"zh": card.name.zh, "en": card.name.en},
            "licence": card.licence,
            "must_accept": card.asks_before,
            "file": card.file,
            "bytes": card.bytes,
            "sha256": card.sha256,
            "source": card.source,
            "state": self.state,
            "remark": {"zh": remark.zh, "en": remark.en} if remark else None,
            "limits": {"zh": card.limits.zh, "en": card.limits.en},
        }


def row_of(card: Card, folder: Path) -> Row:
    """How a model stands in a folder; its hash is looked at."""
    path = file_of(card, [folder])
    if path is None:
        return Row(card=card, state="missing", remark=how_to_get(card))
    try:
        read_model(path, card)
    except Unusable as error:
        return Row(card=card, state="wrong", remark=error.text)
    if card.asks_before and not accepted(card, folder):
        how = f"whistle models add {path} --accept-licence"
        return Row(card=card, state="licence", remark=Text(how, how))
    return Row(card=card, state="here")
