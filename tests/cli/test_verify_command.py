"""`selvedge verify`: it says what is wrong whatever is wrong, and changes nothing."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from command_world import Selvedge
from postgresql import Databases

from marketplace.db import migrate, open_database
from marketplace.db.engine import sqlite_module

HEAD = migrate.head_revision()


@pytest.fixture
def file(world: Selvedge, tmp_path: Path) -> Path:
    return tmp_path / "a folder with spaces" / "selvedge.sqlite3"


def sums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def test_nothing_wrong_and_what_is_wrong(world: Selvedge, file: Path) -> None:
    assert world("verify").returncode == 0
    change(file, "UPDATE service SET process = 'conjure' WHERE rowid = 1")
    change(file, "INSERT INTO capacity_week VALUES (1, '2027-03-03', 5)")
    said = finds(world)
    assert "unknown process conjure" in said
    assert "2027-03-03 is not a Monday" in said


def finds(selvedge: Selvedge, **settings: str) -> str:
    """What it says where something is wrong: in words, on both channels."""
    done = selvedge("verify", **settings)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    return said


def test_no_database_at_all_is_said_and_none_is_made(selvedge: Selvedge, tmp_path: Path) -> None:
    said = finds(selvedge, SELVEDGE_DATABASE_URL="sqlite:///backpu.sqlite3")
    assert "There is no database file" in said
    assert "backpu.sqlite3" in said
    assert not (tmp_path / "backpu.sqlite3").exists()
    assert "There is no database file" in finds(selvedge, SELVEDGE_DATA_DIR=str(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


def test_what_is_no_database(world: Selvedge, file: Path) -> None:
    for beside in file.parent.glob("selvedge.sqlite3-*"):
        beside.unlink()
    file.write_bytes(bytes(range(7, 256)) * 100)
    assert "file is not a database" in finds(world)
    file.write_bytes(b"")
    assert "the schema is empty" in finds(world)


def test_pages_of_zeros(world: Selvedge, file: Path) -> None:
    whole = file.read_bytes()
    for page in range(1, len(whole) // 4096, 7):
        file.write_bytes(whole[: page * 4096] + bytes(7 * 4096) + whole[(page + 7) * 4096 :])
        assert "WRONG" in finds(world)


def test_a_copy_that_ends_in_the_middle(world: Selvedge, file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert "WRONG" in finds(world)


def test_one_problem_is_one(world: Selvedge, file: Path) -> None:
    change(file, "UPDATE service SET process = 'conjure' WHERE rowid = 1")
    assert finds(world).endswith("1 problem found.\n")


def test_a_path_that_cannot_be_opened(selvedge: Selvedge, tmp_path: Path) -> None:
    assert "cannot be read: Is a directory" in finds(selvedge, SELVEDGE_DATABASE_URL=f"sqlite:///{tmp_path}")
    (tmp_path / "file").touch()
    assert "cannot be read: Not a directory" in finds(selvedge, SELVEDGE_DATABASE_URL="sqlite:///file/x.sqlite3")


def test_postgresql_that_is_away(selvedge: Selvedge) -> None:
    said = finds(selvedge, SELVEDGE_DATABASE_URL="postgresql://u:secret@127.0.0.1:1/x")
    assert "could not be checked: connection" in said
    assert "secret" not in said


def test_postgresql_that_is_there(selvedge: Selvedge, postgresql_databases: Databases) -> None:
    url = postgresql_databases.take()
    assert selvedge("verify", SELVEDGE_DATABASE_URL=url).stdout.endswith("Everything holds.\n")
    postgresql_databases.give_back(url)


def test_a_backup_is_the_same_before_and_after(world: Selvedge, file: Path, tmp_path: Path) -> None:
    """One without a log, as the documents say to make it, and one that was copied."""
    folder = tmp_path / "backups, 100% safe?"
    folder.mkdir()
    database = sqlite_module().connect(file)
    database.execute("VACUUM INTO ?", [str(folder / "vacuumed.sqlite3")])
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    shutil.copy(file, folder / "copied.sqlite3")
    before = sums(folder)
    for name in before:
        done = world("verify", SELVEDGE_DATABASE_URL=f"sqlite:///{folder}/{name}".replace("?", "%3F"))
        assert done.stdout.endswith("Everything holds.\n"), done.stderr
    assert sums(folder) == before


def test_what_a_running_server_has_not_put_into_the_file_is_read(world: Selvedge, file: Path) -> None:
    running = open_database(f"sqlite:///{file}")
    with running.writing() as session:
        session.connection().exec_driver_sql("UPDATE service SET process = 'conjure' WHERE rowid = 1")
    before = sums(file.parent)
    assert "unknown process conjure" in finds(world)
    after = sums(file.parent)
    assert {name for name in before if before[name] != after[name]} <= {"selvedge.sqlite3-shm"}
    running.dispose()


def test_a_newer_schema_is_said_to_be_newer(world: Selvedge, file: Path) -> None:
    change(file, "UPDATE alembic_version SET version_num = '9999'")
    assert "install the newer version" in finds(world)
    done = world("export", "suppliers")
    assert (done.returncode, "install the newer version" in done.stderr) == (1, True), done.stderr
    change(file, "UPDATE alembic_version SET version_num = '0001'")
    said = finds(world)
    assert f"the schema is at 0001, the program needs {HEAD}: run “selvedge serve”" in said


def change(file: Path, statement: str) -> None:
    database = sqlite_module().connect(file)
    database.execute(statement)
    database.commit()
    database.close()
