"""The command itself: what is due is run and told, then it stops."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from forked_command import Command
from little_street import PRATO, Street

from marketplace.mail.sender import spool_dir
from marketplace.settings import Settings


def test_worker_once(street: Street, database_url: str, settings: Settings, command: Command) -> None:
    street.now = datetime.now(UTC)
    street.save(street.person(), f"process=sew&{PRATO}")
    street.room("Aghi")
    environment = {
        **os.environ,
        "SELVEDGE_DATABASE_URL": database_url,
        "SELVEDGE_DATA_DIR": str(settings.data_dir),
        "SELVEDGE_PUBLIC_URL": "https://selvedge.example.org",
    }
    said = []
    for _ in range(2):
        done = command("worker", "--once", environment=environment, folder=settings.data_dir.parent)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.splitlines()[-1])
    assert said == ["1 saved searches run, 1 mails sent", "0 saved searches run, 0 mails sent"]
    (mail,) = spool_dir(settings).glob("*.eml")
    assert "https://selvedge.example.org/suppliers/aghi" in mail.read_text()
