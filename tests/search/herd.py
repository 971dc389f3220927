"""Processes that search and change while others are killed: how a test orders what killed.py does."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_S = 90


class Herd:
    """The processes of killed.py."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self.folder = process, folder
        self._roles: dict[int, str] = {}
        self.searches = self.compared = 0

    def _order(self, *words: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def start(self, number: int, role: str) -> None:
        self._roles[number] = role
        self._order("start", number, role)

    def kill(self, number: int) -> None:
        del self._roles[number]
        self._order("kill", number)
        path = self.folder / str(number)
        if path.exists():  # how far it had come
            searches, compared = map(int, path.read_text().split())
            self.searches, self.compared = self.searches + searches, self.compared + compared
            path.unlink()

    def again(self, number: int) -> None:
        role = self._roles[number]
        self.kill(number)
        self.start(number, role)

    def searched(self, number: int) -> int:
        try:
            return int((self.folder / str(number)).read_text().split()[0])
        except FileNotFoundError:
            return 0

    def wait_for_searches(self, more: int) -> None:
        """Until each reader that runs has searched so many times more."""
        readers = [number for number, role in self._roles.items() if role not in ("writer", "builder")]
        wanted = {number: self.searched(number) + more for number in readers}
        until = time.monotonic() + LONGEST_S
        while any(self.searched(number) < count for number, count in wanted.items()):
            assert time.monotonic() < until, "a reader hangs"
            time.sleep(0.005)

    @property
    def wrong(self) -> list[str]:
        path = self.folder / "wrong"
        return path.read_text().splitlines() if path.exists() else []


@contextmanager
def herd(url: str, folder: Path) -> Iterator[Herd]:
    command = [sys.executable, str(Path(__file__).with_name("killed.py")), url, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Herd(process, folder)
        assert process.stdin
        process.stdin.close()
