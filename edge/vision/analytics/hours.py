"""Whether an instant falls into the hours that a site file gives."""

from __future__ import annotations

from datetime import datetime, time


def within(hours: str | None, local: datetime) -> bool:
    """Whether `local`, in the site's time zone, lies in `22:00-06:00`; without hours always.

    The first minute counts, the last does not; hours that end where they begin are the whole day.
    """
    if hours is None:
        return True
    start, end = (time.fromisoformat(each) for each in hours.split("-"))
    now = local.time()
    if start < end:
        return start <= now < end
    return now >= start or now < end
