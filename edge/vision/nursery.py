"""The nursery: has loaded what a camera needs, and forks a process for each that is asked for."""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
from importlib import import_module
from typing import Final, NoReturn

import msgspec

from edge.vision.humble import be_humble
from edge.vision.nursery_words import MOST_BYTES, Born, Gone, Lacking, Ready, Said, Unborn

MOST_CAMERAS: Final = 256
"""A bound on what a fault in the gateway could start; a site has tens."""


class Nursery:
    """Forks camera processes, and reaps them; one thread, so that a fork copies nothing half.

    The descriptor of a process (`pidfd`) goes to the gateway with its number: a kill by
    descriptor hits that process or nobody, whatever has become of its number.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)
        self._pidfds: dict[int, int] = {}

    def run(self) -> None:
        """Serve until the gateway hangs up; cameras then end by themselves, one by one."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._control:
                    if not self._serve():
                        return
                else:
                    self._reap(key.fd)

    def _serve(self) -> bool:
        """Answer one request; false when nobody asks any more."""
        request, descriptors, _, _ = socket.recv_fds(self._control, MOST_BYTES, 1)
        if not request:
            return False
        for descriptor in descriptors:
            with socket.socket(fileno=descriptor) as theirs:
                self._fork(theirs)
        return True

    def _fork(self, theirs: socket.socket) -> None:
        if len(self._pidfds) >= MOST_CAMERAS:
            say(self._control, Unborn(f"{MOST_CAMERAS} cameras run already"))
            return
        try:
            pid = os.fork()
        except OSError as error:
            say(self._control, Unborn(f"no process for the camera: {error.strerror}"))
            return
        if pid == 0:
            self._become_camera(theirs)
        pidfd = os.pidfd_open(pid)
        self._pidfds[pidfd] = pid
        self._selector.register(pidfd, selectors.EVENT_READ)
        say(self._control, Born(pid), pidfd)

    def _become_camera(self, theirs: socket.socket) -> NoReturn:
        """Never return: whatever happens, the child must not go on as a second nursery."""
        try:
            self._selector.close()
            self._control.close()
            for pidfd in self._pidfds:
                os.close(pidfd)
            main = import_module("edge.vision.camera.process").main
            main(theirs)
        finally:
            os._exit(1)

    def _reap(self, pidfd: int) -> None:
        self._selector.unregister(pidfd)
        pid = self._pidfds.pop(pidfd)
        ended = os.waitid(os.P_PIDFD, pidfd, os.WEXITED)
        os.close(pidfd)
        status = 0 if ended is None else ended.si_status
        if ended is not None and ended.si_code != os.CLD_EXITED:
            status = -status
        say(self._control, Gone(pid, status))


def say(control: socket.socket, word: Said, *descriptors: int) -> None:
    """Tell the gateway; where it has gone there is nothing left to do."""
    try:
        socket.send_fds(control, [msgspec.msgpack.encode(word)], descriptors)
    except OSError:
        sys.exit(0)


def main(descriptor: int) -> None:
    """Load, say so, and serve the socket with that number."""
    be_humble("whistle-nursery")
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as control:
        try:
            import_module("edge.vision.camera.process")
        except ImportError as error:
            say(control, Lacking(str(error)))
            return
        gc.collect()
        gc.freeze()
        say(control, Ready())
        Nursery(control).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
