"""What a demonstration shows in a terminal: the story, the alarms, the links, the journal."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text as Line

from edge.model import Text
from simulators.demo.scenario import Step
from simulators.demo.stage import Stage
from simulators.platform.report import ActiveAlarm, Counts

HEIGHT = 12
STORY_LINES = HEIGHT - 2

_WORDS = {
    "page": Text("平台页面", "The platform's page"),
    "own": Text("网关页面", "The gateway's own page"),
    "code": Text("首次注册码", "first start, code"),
    "links": Text("链路", "Links"),
    "story": Text("剧情", "Story"),
    "journal": Text("待回执", "awaiting receipts"),
    "alarms": Text("未消除报警", "open alarms"),
    "issues": Text("问题", "issues"),
    "notices": Text("通知", "notices"),
    "readings": Text("读数", "readings"),
    "gateway": Text("网关", "gateway"),
    "running": Text("运行中", "running"),
    "away": Text("不在（自动重启）", "away, starts again"),
    "up": Text("通", "up"),
    "down": Text("断", "down"),
    "quit": Text("Ctrl+C 退出", "Ctrl+C ends it"),
}


_COLOURS = {"life_safety": "red", "security": "magenta", "fault": "yellow", "info": "blue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the platform holds at this moment."""

    counts: Counts
    alarms: Sequence[ActiveAlarm]


@dataclass(slots=True)
class Screen:
    """Draws a stage, in one of the languages."""

    language: Literal["zh", "en"]
    title: Text
    seconds: float | None
    story: deque[str] = field(default_factory=lambda: deque(maxlen=STORY_LINES))

    def headline(self, stage: Stage) -> str:
        """Return what it is called and where its page is."""
        title = getattr(self.title, self.language)
        return (
            f"{title}  {self._word('page')}: {stage.platform.url}"
            f"  {self._word('own')}: {stage.page}"
        )

    def note(self, second: float, step: Step) -> str:
        """Add a line to the story, and return it."""
        args = " ".join(f"{name}={value}" for name, value in step.args.items())
        line = f"{second:5.0f} s  {step.device or '·'}  {step.do} {args}".rstrip()
        self.story.append(line)
        return line

    def draw(self, stage: Stage, held: Held, second: float) -> RenderableType:
        """Return the picture of this moment."""
        parts: list[RenderableType] = [self._head(stage)]
        if self.seconds:
            parts.append(ProgressBar(total=self.seconds, completed=min(second, self.seconds)))
        parts.append(self._figures(stage, held.counts))
        parts.append(self._links(stage))
        sides = Table.grid(expand=True)
        sides.add_column(ratio=1)
        sides.add_column(ratio=1)
        story = Panel("\n".join(self.story) or "…", title=self._word("story"), height=HEIGHT)
        sides.add_row(story, self._alarms(held))
        parts.append(sides)
        return Group(*parts)

    def _alarms(self, held: Held) -> Panel:
        lines = Line(overflow="ellipsis", no_wrap=True)
        for alarm in held.alarms[: HEIGHT - 2]:
            lines.append("● ", style=_COLOURS.get(alarm.lane, ""))
            lines.append(getattr(alarm.text, self.language))
            lines.append(f"  {getattr(alarm.place, self.language)}\n", style="dim")
        return Panel(lines, title=self._word("alarms"), height=HEIGHT)

    def _head(self, stage: Stage) -> Line:
        head = Line(getattr(self.title, self.language), style="bold")
        head.append(f"    {self._word('page')}: ", style="dim")
        head.append(stage.platform.url, style="bold cyan underline")
        if self.seconds is None:
            head.append(f"    {self._word('quit')}", style="dim")
        head.append(f"\n{self._word('own')}: ", style="dim")
        head.append(stage.page, style="bold cyan underline")
        if stage.code:
            head.append(f"    {self._word('code')}: ", style="dim")
            head.append(stage.code, style="bold")
        return head

    def _figures(self, stage: Stage, counts: Counts) -> Table:
        status = stage.status
        running = stage.gateway.running
        figures = (
            (
                "gateway",
                self._word("running" if running else "away"),
                "green" if running else "red",
            ),
            ("readings", stage.readings, ""),
            ("alarms", status.open_alarms if status else 0, "yellow"),
            ("journal", status.journal.total if status else 0, ""),
            ("issues", counts.issues, "bold"),
            ("notices", counts.notices, "bold"),
        )
        table = Table(expand=True)
        for name, _, _ in figures:
            table.add_column(self._word(name), justify="center")
        table.add_row(*(Line(str(value), style=style) for _, value, style in figures))
        return table

    def _links(self, stage: Stage) -> Panel:
        status = stage.status
        line = Line()
        for link in (*status.links, *status.uplinks) if status else ():
            style = "green" if link.up else "red"
            line.append(f"● {link.id} ", style=style)
            line.append(f"{self._word('up' if link.up else 'down')}   ", style="dim")
        return Panel(line, title=self._word("links"))

    def _word(self, name: str) -> str:
        return str(getattr(_WORDS[name], self.language))
