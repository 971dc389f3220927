"""kill -9 in the middle of an import leaves nothing of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.suppliers import store
from marketplace.transfer.model import Report

SCRIPT = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from marketplace.db import open_database
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.transfer.actions import import_table
from marketplace.transfer.model import Table

url, gazetteer, file = sys.argv[1:]
data = Path(file).read_bytes()

def on_progress(done, total):
    if done >= total * 3 // 4:  # in the middle of the second, writing pass
        print("writing", flush=True)
        time.sleep(60)

import_table(open_database(url), PlaceFinder(Gazetteer(Path(gazetteer))), Table.SUPPLIERS, data, "a.csv",
             datetime.now(UTC), on_progress=on_progress)
"""


def test_a_killed_import_leaves_nothing(
    database: Database, database_url: str, gazetteer: object, load: Callable[..., Report], tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    rows = "".join(f"e{n},Room {n},IT,43.88,11.1\n" for n in range(100))
    file.write_text("external_id,name,country,lat,lon\n" + rows)
    folder = str(gazetteer._directory)  # type: ignore[attr-defined]
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, database_url, folder, str(file)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        os.kill(process.pid, signal.SIGKILL)
    time.sleep(0.2)  # PostgreSQL notices that its client is gone
    with database.reading() as session:
        assert store.list_ids(session) == []
        assert audit.list_all(session) == []
    assert load(file.read_bytes()).created == 100
