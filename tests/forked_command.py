"""Run the command `selvedge` in processes forked from one that has imported everything: a second less for each call.

Each call is a process of its own with its own environment, folder and output, as if typed in a shell. That the command
starts from nothing is seen by the tests of `serve`, of the wheel, and by those that start `python -m marketplace`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess

SERVER = """
import json, os, sys
import marketplace.app, marketplace.checks, marketplace.cli.background, marketplace.transfer.actions, marketplace.wiring
from marketplace.cli import main
from marketplace.db.schema import import_all_tables
from sqlalchemy.orm import configure_mappers

import_all_tables(), configure_mappers()
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.argv = ["selvedge", *asked["arguments"]]
        main()
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Command:
    def __init__(self, server: subprocess.Popen[str], folder: Path) -> None:
        self._server, self._folder = server, folder

    def __call__(self, *arguments: str, environment: Mapping[str, str], folder: Path) -> CompletedProcess[str]:
        assert self._server.stdin
        assert self._server.stdout
        out, err = self._folder / "out", self._folder / "err"
        asked = {
            "arguments": arguments,
            "environment": dict(environment),
            "folder": str(folder),
            "out": str(out),
            "err": str(err),
        }
        self._server.stdin.write(json.dumps(asked) + "\n")
        self._server.stdin.flush()
        status = int(self._server.stdout.readline())
        return CompletedProcess(["selvedge", *arguments], status, out.read_text(), err.read_text())


@contextmanager
def command_server(folder: Path) -> Iterator[Command]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        yield Command(server, folder)
        assert server.stdin
        server.stdin.close()
