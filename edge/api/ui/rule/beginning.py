"""The text that the editor of a rule begins with; reads the file, so it is for a thread."""

from __future__ import annotations

from collections.abc import Iterator

from edge.api.house import House
from edge.api.ui.change.items import items, written
from edge.api.ui.rule.alarm_text import options_text
from edge.api.ui.rule.asked import Asked
from edge.api.ui.rule.starts import Choice, choices, start
from edge.api.ui.rule.view import new_alarm
from edge.versions import Files


def beginning(house: House, tried: Files | None, present: Files, asked: Asked) -> str:
    """What the editor begins with."""
    return _tried(tried, asked) or _text(present, asked) or _begin(house, present, asked)


def _text(files: Files, asked: Asked) -> str:
    own = written(files, asked.section, asked.key) if asked.key else None
    return own.text if own else ""


def _tried(files: Files | None, asked: Asked) -> str:
    """How it was tried before: a new one was put behind the others."""
    if files is None:
        return ""
    several = items(files, asked.section)
    last = several[-1].key if several else ""
    return _text(files, asked.model_copy(update={"key": asked.key or last}))


def _begin(house: House, present: Files, asked: Asked) -> str:
    """What a new one begins with."""
    running = house.current()
    if running is None:
        return ""
    configuration = running.configuration
    match asked.section:
        case "alarms":
            return new_alarm(configuration.alarms, asked.device, asked.name)
        case "watch":
            return options_text(configuration.watch[asked.key])
        case "rules":
            known = {each.ref: each for each in choices(configuration.site.devices.values())}
            one = known.get(asked.one) or next(iter(known.values()), None)
            return _rule(present, asked, one, known.get(asked.two)) if one else ""


def _rule(present: Files, asked: Asked, one: Choice, two: Choice | None) -> str:
    taken = [each.key for each in items(present, "rules")]
    schedule = next(_schedules(present), "night")
    return start(asked.kind, one, two, name=asked.name or "my_rule", taken=taken, schedule=schedule)


def _schedules(present: Files) -> Iterator[str]:
    known = [each.key for each in items(present, "schedules")]
    yield from (name for name in known if "night" in name)
    yield from known
