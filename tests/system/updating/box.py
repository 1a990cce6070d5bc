"""A box: the releases on it, what starts its gateway as systemd would, and its power switch."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from edge.cli.local import look

POLL_S: Final = 0.02
STARTS_S: Final = 60.0
STEADY: Final = "500ms"

RESTART: Final = """
old=$(cat {folder}/lives)
touch {folder}/restart
until [ "$(cat {folder}/lives)" != "$old" ]; do sleep 0.02; done
"""


class Box:
    """`root` is its /opt/whistle, beside it the site file, the store and the publishers' keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "opt"
        self.site = folder / "site.yaml"
        self.store = folder / "var"
        (folder / "restart.sh").write_text(RESTART.format(folder=folder))
        self._lives = 0
        self._gateway: subprocess.Popen[bytes] | None = None
        self._on = threading.Event()
        self._service: threading.Thread | None = None
        self._log = (folder / "box.log").open("ab")

    @property
    def current(self) -> str:
        """The version that runs, or would."""
        return (self.root / "current").readlink().name

    def switch_on(self) -> None:
        """Start the service; it is started again whenever it ends."""
        self._on.set()
        self._service = threading.Thread(target=self._serve, name="service", daemon=True)
        self._service.start()

    def cut(self, *others: subprocess.Popen[bytes]) -> None:
        """Cut the power: nothing that runs on the box does another thing."""
        self._on.clear()
        for process in (*others, self._gateway):
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self._service is not None:
            self._service.join()
        self._kill()

    def close(self) -> None:
        """It is not used any more."""
        self._log.close()

    def whistle(self, where: str, *words: str) -> subprocess.Popen[bytes]:
        """Begin a command of `whistle update` with the release that `current` or `before` leads to.

        What it says of its course is to be read from its standard error.
        """
        setting = [
            *("--root", str(self.root), "--site", str(self.site)),
            *("--keys", str(self.folder / "keys"), "--steady", STEADY),
            *("--restart", f"sh {self.folder}/restart.sh"),
        ]
        return subprocess.Popen(
            [str(self.root / where / "bin" / "whistle"), "--lang=en", "update", *words, *setting],
            stdout=self._log,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )

    def done(self, where: str, *words: str) -> tuple[int, str]:
        """Carry out a command to its end: exit status, and what it said."""
        process = self.whistle(where, *words)
        _, said = process.communicate(timeout=STARTS_S * 3)
        return process.returncode, said.decode(errors="replace")

    def boot(self) -> None:
        """Switch it on, and go on with what was cut off, as its units do."""
        self.switch_on()
        self.works()
        if (self.root / "before").exists():
            self.done("before", "go-on")
        self.works()

    def works(self) -> None:
        """Return once the gateway does its work."""
        deadline = time.monotonic() + STARTS_S
        while True:
            with suppress(OSError):
                if look(self.store, "/readyz", STARTS_S)[0] == 200:
                    return
            if time.monotonic() > deadline:
                raise TimeoutError((self.folder / "box.log").read_text()[-2_000:])
            time.sleep(POLL_S)

    def _serve(self) -> None:
        while self._on.is_set():
            if (self.folder / "restart").exists():
                (self.folder / "restart").unlink()
                self._end()
            if self._gateway is None or self._gateway.poll() is not None:
                self._start()
            time.sleep(POLL_S)

    def _start(self) -> None:
        if (self.root / "before").exists():
            program = str(self.root / "before" / "bin" / "whistle")
            words = [program, "update", "count", "--root", str(self.root)]
            subprocess.run(words, stdout=self._log, stderr=self._log, check=False)
        self._gateway = subprocess.Popen(
            [str(self.root / "current" / "bin" / "whistle"), "run", str(self.site)],
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._lives += 1
        beside = self.folder / "lives.new"
        beside.write_text(str(self._lives))
        beside.replace(self.folder / "lives")

    def _end(self) -> None:
        if self._gateway is not None:
            self._gateway.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._gateway.wait(STARTS_S)
            self._kill()

    def _kill(self) -> None:
        if self._gateway is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._gateway.pid, signal.SIGKILL)
            self._gateway.wait()
            self._gateway = None
