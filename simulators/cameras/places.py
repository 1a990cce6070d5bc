"""Which scene a simulated camera of a site looks at: the first part of its address's path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from simulators.cameras.scene import Scene
from simulators.cameras.scenes.cabin import Cabin
from simulators.cameras.scenes.corridor import Corridor
from simulators.cameras.scenes.entrance import Entrance
from simulators.cameras.scenes.facade import Facade
from simulators.cameras.scenes.lane import Lane
from simulators.cameras.scenes.recorded import Recorded
from simulators.cameras.scenes.waste import Waste

SCENES: Final[Mapping[str, Callable[[], Scene]]] = {
    "cabin": Cabin,
    "corridor": Corridor,
    "entrance": Entrance,
    "facade": Facade,
    "lane": Lane,
    "waste": Waste,
}


def scene_of(url: str, folder: Path) -> Scene:
    """`rtsp://…/lane/stream` looks at a fire lane; `…/clip.mp4/stream` plays a file of `folder`.

    What names neither looks at a corridor: a real camera's path says nothing of what it sees.
    """
    name = urlsplit(url).path.strip("/").split("/")[0]
    if name in SCENES:
        return SCENES[name]()
    file = folder / name
    return Recorded(file) if name and file.is_file() else Corridor()
