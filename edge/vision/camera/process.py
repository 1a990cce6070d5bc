"""A camera's process: pictures in, words out, until it is told to end or its camera is lost."""

from __future__ import annotations

import os
import resource
import signal
import socket
from typing import Final, NoReturn

import cv2

from edge.vision.camera.line import HungUp, Line
from edge.vision.camera.session import LAST_WORD_WITHIN_S, Session, in_words
from edge.vision.humble import be_humble
from edge.vision.words import Ended, Job

MOST_MEMORY: Final = 3 * 1024 * 1024 * 1024 // 2
"""Bytes: a 4K camera needs a third; one whose stream asks for more loses its own process."""

JOB_WITHIN_S: Final = 10.0


def main(sock: socket.socket) -> NoReturn:
    """Run after the fork until either side ends the session; leave by `_exit`.

    What libraries print goes nowhere: it may hold an address with a password. Mistakes of ours
    are told as the reason why the session ended.
    """
    try:
        be_humble("whistle-camera")
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nowhere, number)
        cv2.setNumThreads(1)
        _film(Line(sock))
    finally:
        os._exit(0)


def _film(line: Line) -> None:
    session: Session | None = None
    try:
        job = line.hear(JOB_WITHIN_S)
        if not isinstance(job, Job):
            return
        session = Session(line, job)
        line.say(Ended(reason=session.run()))
        session.finish()
    except HungUp:
        if session is not None:
            session.take_leave()
    except Exception as fault:  # noqa: BLE001 - whatever broke, the gateway is told where
        line.say(Ended(reason=in_words(fault)))
        line.flush(LAST_WORD_WITHIN_S)
