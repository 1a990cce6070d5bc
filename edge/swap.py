"""Other rules, and another site, from one report to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from edge.rules.engine import Engine
from edge.site import Site


@dataclass(frozen=True, slots=True)
class Swap:
    """What rules, and what site, count from the next report on; `then` is called in between."""

    engine: Engine
    site: Site
    gone: Collection[str]
    then: Callable[[], None]
    done: asyncio.Event = field(default_factory=asyncio.Event)
