"""A flame graph of stacks that were counted, as one SVG without scripts; no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

WIDTH: Final = 1600
ROW: Final = 17
TOP: Final = 40
LETTER: Final = 6.6
"""Width of one."""
LEAST: Final = 0.5
"""What is narrower is left out."""
OURS: Final = ("edge/", "cloud_bridge/")


@dataclass(slots=True)
class Frame:
    """How often a frame was seen, and what it called."""

    count: int = 0
    calls: dict[str, Frame] = field(default_factory=dict)

    def add(self, stack: Sequence[str], count: int) -> None:
        """Count a stack, outermost frame first."""
        frame = self
        frame.count += count
        for name in stack:
            frame = frame.calls.setdefault(name, Frame())
            frame.count += count


def stacks_of(text: str) -> Iterator[tuple[list[str], int]]:
    """Read lines such as `a;b;c 12`."""
    for line in text.splitlines():
        names, _, count = line.rpartition(" ")
        yield names.split(";"), int(count)


def common(stacks: Mapping[tuple[str, ...], int]) -> int:
    """How many frames all stacks begin with: they say nothing."""
    first, *rest = [*stacks] or [()]
    shared = len(first)
    for stack in rest:
        shared = min(shared, len(stack))
        shared = next((n for n in range(shared) if stack[n] != first[n]), shared)
    return shared


@dataclass(frozen=True, slots=True)
class Box:
    """A frame in the picture."""

    left: float
    depth: int
    width: float
    name: str
    count: int

    def drawn(self, height: int, unit_us: float) -> str:
        """As SVG; what is told under the pointer is the whole name and its µs."""
        top = height - ROW * (self.depth + 2)
        room = int(self.width / LETTER)
        words = self.name if len(self.name) <= room else f"{self.name[: max(room - 1, 0)]}…"
        colour = "#f2a65a" if self.name.startswith(OURS) else "#d8d8d8"
        return (
            f"<g><title>{escape(self.name)}: {self.count * unit_us:.2f} µs</title>"
            f'<rect x="{self.left:.1f}" y="{top}" width="{self.width:.1f}" height="{ROW - 1}"'
            f' fill="{colour}" rx="2"/>'
            f'<text x="{self.left + 2:.1f}" y="{top + 12}">{escape(words if room > 2 else "")}'
            "</text></g>"
        )


def draw(root: Frame, title: str, unit_us: float) -> str:
    """The SVG; `unit_us` is how many µs of the title's unit one count is."""
    boxes = [*_boxes(root, 0.0, 0, WIDTH / max(root.count, 1))]
    height = TOP + ROW * (max((box.depth for box in boxes), default=0) + 2)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="monospace" font-size="11"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="8" y="24" font-size="16">{escape(title)}</text>'
    )
    return head + "".join(box.drawn(height, unit_us) for box in boxes) + "</svg>\n"


def _boxes(frame: Frame, left: float, depth: int, scale: float) -> Iterator[Box]:
    for name, call in sorted(frame.calls.items()):
        width = call.count * scale
        if width >= LEAST:
            yield Box(left, depth, width, name, call.count)
            yield from _boxes(call, left, depth + 1, scale)
        left += width
