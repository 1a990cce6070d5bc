"""The detector that cameras share: a thread for each line, workers that take turns for all."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

import numpy as np
import structlog

from edge.vision.detect.answering import Answering, Change
from edge.vision.detect.asking import Busy, Question, Reply
from edge.vision.detect.line import HEAD_BYTES, Nonsense, length_of, question_of, received, say
from edge.vision.detect.turns import Asked, Turns

MOST_LINES: Final = 256
"""Cameras of a large site, two lines each (objects, faces), twice. Further ones are refused."""

MOST_HELD: Final = 256 * 1024 * 1024
"""Bytes of all questions at once; a camera's is half a megabyte. What would be more is refused."""

WHOLE_WITHIN_S: Final = 10.0
"""A question that has begun to come is here after so long, or its line is given up."""

TICK_S: Final = 0.25
"""How often it is looked whether all is to end."""

log = structlog.get_logger()


class Serving:
    """Answers at a listening socket until `over` is set, or a worker has broken."""

    def __init__(self, folders: Sequence[Path], workers: int) -> None:
        self.over = Event()
        self.broken = False
        self._folders = folders
        self._turns = Turns(monotonic)
        self._room = _Room(MOST_HELD)
        self._told = _Told()
        self._lines: set[socket.socket] = set()
        self._lock = Lock()
        self._workers = [
            Thread(target=self._work, name=f"worker-{number}", daemon=True)
            for number in range(workers)
        ]

    def run(self, listening: socket.socket, alive: Callable[[], bool] = lambda: True) -> None:
        """Take lines and answer them; return once it is over, with all lines hung up."""
        for worker in self._workers:
            worker.start()
        listening.settimeout(TICK_S)
        try:
            while not self.over.is_set() and alive():
                with suppress(TimeoutError):
                    self._begin(listening.accept()[0])
        finally:
            self._end()

    def _begin(self, line: socket.socket) -> None:
        with self._lock:
            full = len(self._lines) >= MOST_LINES
            if not full:
                self._lines.add(line)
        if full:
            line.close()
            return
        Thread(target=self._serve, args=(line,), name="line", daemon=True).start()

    def _end(self) -> None:
        self._turns.end()
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for worker in self._workers:
            worker.join()

    def _serve(self, line: socket.socket) -> None:
        """Answer one line's questions, one after the other, until it hangs up or errs."""
        try:
            while self._turn(line):
                pass
        except (OSError, Nonsense):
            pass  # a camera that ends, or somebody who speaks otherwise: the line is closed
        finally:
            with self._lock:
                self._lines.discard(line)
            line.close()

    def _turn(self, line: socket.socket) -> bool:
        """Answer one question; false when the line is hung up between two."""
        line.settimeout(None)
        first = line.recv(1)
        if not first:
            return False
        line.settimeout(WHOLE_WITHIN_S)
        count = length_of(first + received(line, HEAD_BYTES - 1))
        with self._room.taken(count):
            question = question_of(received(line, count))
            say(line, self._reply(question))
        return True

    def _reply(self, question: Question) -> Reply:
        now = monotonic()
        asked = Asked(question=question, at=now, until=now + question.patience_s)
        self._turns.put(asked)
        if not asked.done.wait(question.patience_s):
            if self._turns.withdraw(asked):
                return Busy(model=question.model, waited_s=monotonic() - now)
            asked.done.wait()
        if asked.reply is None:
            raise Nonsense("over")
        return asked.reply

    def _work(self) -> None:
        """Answer what has its turn. A worker that breaks ends all: it is started anew."""
        answering = Answering(self._folders, self._told)
        at_work: Asked | None = None
        try:
            while at_work := self._turns.take():
                question = at_work.question
                flat = np.frombuffer(question.pixels, dtype=np.uint8)
                image = flat.reshape(question.height, question.width, 3)
                reply = answering.answer(image, question.model, monotonic() - at_work.at)
                at_work.answered(reply)
        finally:
            if at_work is not None:
                self.broken = True
                at_work.done.set()
            self.over.set()


class _Room:
    """So many bytes, of which lines take some while they are served."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = Lock()

    def taken(self, count: int) -> _Taken:
        """Take some; `Nonsense` where there is no room."""
        with self._lock:
            if count > self._left:
                raise Nonsense("no room")
            self._left -= count
        return _Taken(self, count)

    def give_back(self, count: int) -> None:
        """Give back what was taken."""
        with self._lock:
            self._left += count


class _Taken:
    """Room that is given back at the end of a block."""

    def __init__(self, room: _Room, count: int) -> None:
        self._room = room
        self._count = count

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        self._room.give_back(self._count)


class _Told:
    """Logs what becomes of a model, once for all workers."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._lock = Lock()

    def __call__(self, change: Change) -> None:
        word = change.reason or change.provider
        with self._lock:
            if self._last.get(change.model) == word:
                return
            if len(self._last) >= MOST_LINES:
                self._last.clear()
            self._last[change.model] = word
        if change.reason:
            log.warning("detector.model_unusable", model=change.model, reason=change.reason)
        else:
            log.info(
                "detector.model_loaded",
                model=change.model,
                runs_on=change.provider,
                seconds=round(change.took_s, 3),
            )
