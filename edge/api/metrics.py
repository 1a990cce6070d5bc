"""Numbers for Prometheus, written as its text format wants them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.api.house import House
from edge.api.running import Running, SeriesStanding, Standing
from edge.api.sight import Sight
from edge.model import Lane
from edge.trace import Tally

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Kind: TypeAlias = Literal["counter", "gauge"]
Labels: TypeAlias = Mapping[str, str]
Sample: TypeAlias = tuple[Labels, float]

_NONE: Final[Labels] = {}

_COUNTED: Final[tuple[tuple[str, str, Callable[[Tally], int]], ...]] = (
    ("sent", "Frames that were sent on a link.", lambda tally: tally.sent),
    ("heard", "Frames that came in on a link.", lambda tally: tally.heard),
    ("good", "Answers that could be used.", lambda tally: tally.good),
    ("failed", "Answers that did not come, or could not be used.", lambda tally: tally.failed),
)


@dataclass(frozen=True, slots=True)
class Metric:
    """One number, or one for each set of labels; `help` says what it counts."""

    name: str
    kind: Kind
    help: str
    samples: tuple[Sample, ...]


def written(metrics: Iterable[Metric]) -> str:
    """The numbers as text; one without a sample is left out."""
    return "".join(line for metric in metrics for line in _lines(metric))


def metrics_of(
    house: House, running: Running | None, standing: Standing | None, sight: Sight | None
) -> Iterator[Metric]:
    """What there is to say of a gateway, as far as it runs; alarms as far as they are seen."""
    now = house.now()
    yield _one("whistle_info", "gauge", "The version that runs.", {"version": house.version}, 1)
    up = (now - house.started_at).total_seconds()
    yield _one("whistle_uptime_seconds", "gauge", "Since the process began.", _NONE, up)
    runs = 0 if running is None else 1
    yield _one("whistle_running", "gauge", "Whether the site file can be run.", _NONE, runs)
    if running is not None and sight is not None:
        yield from _of_alarms(running, sight)
        yield from _of_links(running)
    if standing is not None:
        yield from _of_standing(standing, now)
        if standing.series is not None:
            yield from _of_series(standing.series, now)


def _of_alarms(running: Running, sight: Sight) -> Iterator[Metric]:
    active = [each.raised.lane for each in running.alarms.active.values() if sight.alarm(each)]
    samples = tuple(({"lane": lane.value}, float(active.count(lane))) for lane in Lane)
    yield Metric("whistle_alarms_active", "gauge", "Alarms that are on.", samples)
    seen = [each for each in running.alarms.all.values() if sight.alarm(each)]
    count = sum(not each.acknowledged for each in seen)
    words = "Alarms that nobody has acknowledged."
    yield _one("whistle_alarms_unacknowledged", "gauge", words, _NONE, count)


def _of_links(running: Running) -> Iterator[Metric]:
    keepers = running.keepers.values()
    standing = ((each.id, each.standing) for each in keepers)
    up = tuple(({"link": name}, float(s.up)) for name, s in standing if s is not None)
    yield Metric("whistle_link_up", "gauge", "Whether a link is up.", up)
    totals = [(each.id, each.trace.total) for each in keepers]
    for what, words, counted in _COUNTED:
        samples = tuple(({"link": name}, float(counted(total))) for name, total in totals)
        yield Metric(f"whistle_link_{what}_total", "counter", words, samples)
    stuck = tuple(({"link": each.id}, float(each.trace.signs.stuck)) for each in keepers)
    words = "Sessions of a link that were ended because they were stuck."
    yield Metric("whistle_link_stuck_total", "counter", words, stuck)


def _of_standing(standing: Standing, now: datetime) -> Iterator[Metric]:
    yield _one("whistle_readings_total", "counter", "Readings taken.", _NONE, standing.readings)
    yield _one("whistle_events_total", "counter", "Events taken.", _NONE, standing.events)
    words = "Events that a platform would not take."
    yield _one("whistle_events_refused_total", "counter", words, _NONE, standing.refused)
    up = tuple(({"uplink": each.id}, float(each.up)) for each in standing.uplinks)
    yield Metric("whistle_uplink_up", "gauge", "Whether a way of an uplink is up.", up)
    ways = tuple(
        ({"uplink": each.id, "over": way.over}, float(way.up))
        for each in standing.uplinks
        for way in each.ways
    )
    yield Metric("whistle_way_up", "gauge", "Whether a way to a platform is up.", ways)
    waiting = tuple(
        ({"uplink": each.id, "lane": lane.value}, float(count))
        for each in standing.uplinks
        for lane, count in each.waiting.items()
    )
    yield Metric("whistle_waiting", "gauge", "Events without a receipt.", waiting)
    readings = tuple(
        ({"uplink": each.id}, float(each.readings))
        for each in standing.uplinks
        if each.readings is not None
    )
    yield Metric("whistle_waiting_readings", "gauge", "Readings without a receipt.", readings)
    age = (now - standing.oldest).total_seconds() if standing.oldest else 0.0
    words = "Age of the oldest event without a receipt."
    yield _one("whistle_waiting_oldest_seconds", "gauge", words, _NONE, max(age, 0.0))
    words = "Bytes that are free on the disk."
    yield _one("whistle_disk_free_bytes", "gauge", words, _NONE, standing.disk_free)
    words = "Bytes that the gateway's files take."
    yield _one("whistle_store_size_bytes", "gauge", words, _NONE, standing.store_size)
    if standing.buffer is not None:
        words = "How long the disk lasts without an uplink."
        left = standing.buffer.total_seconds()
        yield _one("whistle_buffer_seconds", "gauge", words, _NONE, left)
    trusted = standing.clock == "trusted"
    yield _one("whistle_clock_trusted", "gauge", "Whether the clock is set.", _NONE, trusted)


def _of_series(series: SeriesStanding, now: datetime) -> Iterator[Metric]:
    words = "Whether the database of readings takes them."
    yield _one("whistle_series_up", "gauge", words, _NONE, series.up)
    words = "Readings that are not in the database yet."
    yield _one("whistle_series_waiting", "gauge", words, _NONE, series.waiting)
    age = (now - series.oldest).total_seconds() if series.oldest else 0.0
    words = "Age of the oldest reading that is not."
    yield _one("whistle_series_oldest_seconds", "gauge", words, _NONE, max(age, 0.0))
    counts = (
        ("written", "Readings that were written, some of them again.", series.written),
        ("refused", "Readings that the database would not take.", series.refused),
        ("dropped", "Readings given up as the disk's share was full.", series.dropped),
    )
    for name, words, count in counts:
        yield _one(f"whistle_series_{name}_total", "counter", words, _NONE, count)


def _one(name: str, kind: Kind, words: str, labels: Labels, value: float) -> Metric:
    return Metric(name, kind, words, ((labels, value),))


def _lines(metric: Metric) -> Iterator[str]:
    if not metric.samples:
        return
    yield f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} {metric.kind}\n"
    for labels, value in metric.samples:
        inner = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        yield f"{metric.name}{f'{{{inner}}}' if inner else ''} {float(value):.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
