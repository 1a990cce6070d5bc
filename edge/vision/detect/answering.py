"""Answers questions: finds the model, loads it when first asked, and again when it has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from edge.vision.detect.asking import Answer, Unable
from edge.vision.detect.session import Model
from edge.vision.detect.shelf import Shelf, Stamp, Standing
from edge.vision.detect.trouble import Misread, Unusable
from edge.vision.pictures import Image

MOST_LOADED: Final = 8
"""Models at once; a site has two. The one that was asked for longest ago makes room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A model was loaded (`provider` says on what, `took_s` how long), or cannot be: `reason`."""

    model: str
    provider: str = ""
    took_s: float = 0.0
    reason: str = ""


class Answering:
    """Models by id, for one thread. `told` hears of each change once."""

    def __init__(
        self, folders: Sequence[Path], told: Callable[[Change], None] = lambda _: None
    ) -> None:
        self._shelf = Shelf(folders)
        self._told = told
        self._loaded: dict[str, tuple[Stamp, Model | Unusable]] = {}
        self._reasons: dict[str, str] = {}

    def answer(self, image: Image, model: str, waited_s: float = 0.0) -> Answer | Unable:
        """Say what is in a picture, or why that cannot be said."""
        try:
            loaded = self.model(model)
            began = monotonic()
            found = loaded.find(image)
        except (Unusable, Misread) as error:
            self._tell_reason(model, str(error))
            return Unable(model=model, reason=str(error))
        self._reasons.pop(model, None)
        return Answer(
            objects=found.objects,
            model=model,
            sha256=loaded.card.sha256,
            waited_s=waited_s,
            took_s=monotonic() - began,
            read_as=found.read_as,
        )

    def model(self, model: str) -> Model:
        """Return a model, loaded; `Unusable` says why that cannot be."""
        standing = self._shelf.find(model)
        known = self._loaded.pop(model, None)
        if known is None or known[0] != standing.stamp:
            known = (standing.stamp, self._load(standing))
            while len(self._loaded) >= MOST_LOADED:
                del self._loaded[next(iter(self._loaded))]
        self._loaded[model] = known
        if isinstance(known[1], Unusable):
            text = known[1].text
            raise Unusable(text.zh, text.en)
        return known[1]

    def _load(self, standing: Standing) -> Model | Unusable:
        """Load it; a file that is broken is not tried again before it has changed."""
        began = monotonic()
        try:
            loaded = Model.load(standing)
        except Unusable as error:
            return error
        took = monotonic() - began
        self._told(Change(model=standing.card.id, provider=loaded.provider, took_s=took))
        return loaded

    def _tell_reason(self, model: str, reason: str) -> None:
        if self._reasons.get(model) == reason:
            return
        if len(self._reasons) >= MOST_LOADED:
            self._reasons.clear()
        self._reasons[model] = reason
        self._told(Change(model=model, reason=reason))
