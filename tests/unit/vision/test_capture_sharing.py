"""Many alarms at once: what is alike is made once and told to each."""

from __future__ import annotations

from edge.vision.camera.captures import Captures, Shared
from edge.vision.words import Capture, Kept, Refused
from tests.fakes.time import EPOCH

KEPT = Kept(
    capture="",
    kind="still",
    file="a.jpg",
    media_type="image/jpeg",
    size=1,
    sha256="00",
    blurred="faces",
    began=EPOCH,
    ended=EPOCH,
)


def _capture(name: str, before: float = 6.0, after: float = 4.0) -> Capture:
    return Capture(id=name, before_s=before, after_s=after)


def _said() -> tuple[list[tuple[str, object]], Captures]:
    said: list[tuple[str, object]] = []

    def say(word: Kept | Refused) -> None:
        said.append((word.capture if isinstance(word, Kept) else word.id, word))

    return said, Captures(11.0, say)


def test_overlapping_clips_become_one() -> None:
    """Three alarms in two seconds: one clip from the first's beginning to the last's end."""
    _, captures = _said()
    for name, now in (("a", 100.0), ("b", 100.5), ("c", 101.0)):
        captures.clip(_capture(name), now)
    assert captures.due(104.9) == []
    (clip,) = captures.due(105.0)
    assert (clip.since, clip.until) == (94.0, 105.0)
    assert not captures.waiting


def test_a_clip_grows_no_longer_than_what_is_kept() -> None:
    """What does not fit in one begins another, so that no alarm is without a clip."""
    _, captures = _said()
    captures.clip(_capture("a"), 100.0)
    captures.clip(_capture("b"), 103.0)
    first, second = captures.due(float("inf"))
    assert (first.since, first.until) == (94.0, 104.0)
    assert (second.since, second.until) == (97.0, 107.0)


def test_a_request_for_more_than_is_kept_gets_what_is() -> None:
    """The time before comes first: it cannot be had later."""
    _, captures = _said()
    captures.clip(_capture("a", before=60.0, after=60.0), 100.0)
    captures.clip(_capture("b", before=-1.0, after=-1.0), 300.0)
    first, second = captures.due(float("inf"))
    assert (first.since, first.until) == (89.0, 100.0)
    assert (second.since, second.until) == (300.0, 300.0)


def test_a_still_serves_all_within_a_second() -> None:
    """One is made; each request hears of it under its own name, also when it came later."""
    said, captures = _said()
    still = captures.still(_capture("a"), 100.0)
    assert still is not None
    assert captures.still(_capture("b"), 100.4) is None
    still.done(KEPT)
    assert captures.still(_capture("c"), 100.9) is None
    assert [name for name, _ in said] == ["a", "b", "c"]
    assert captures.still(_capture("d"), 101.5) is not None


def test_a_failure_is_told_to_each_as_well() -> None:
    """Nobody waits for a picture that does not come."""
    said: list[str] = []
    shared = Shared(0.0, lambda word: said.append(word.id if isinstance(word, Refused) else ""))
    shared.join("a")
    shared.join("b")
    shared.done(Refused(id="", reason="the disk is full"))
    shared.join("c")
    assert said == ["a", "b", "c"]
