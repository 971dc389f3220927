"""The command on an empty folder, and on a small imported world."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from command_world import CAPACITY, SERVICES, SUPPLIERS, Selvedge
from forked_command import Command

from marketplace.places.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def unpacked(gazetteer: Gazetteer) -> list[Path]:
    """The gazetteer's files: each command on an empty folder would unpack them anew, which takes seconds."""
    gazetteer.search("Prato")
    return list(gazetteer._directory.glob("*.sqlite3"))


@pytest.fixture
def selvedge(tmp_path: Path, unpacked: list[Path], command: Command) -> Selvedge:
    data = tmp_path / "a folder with spaces"
    data.mkdir()
    for path in unpacked:
        shutil.copy(path, data)
    environment = {**os.environ, "SELVEDGE_DATA_DIR": str(data), "COLUMNS": "160"}

    def run(*arguments: str, **extra: str) -> CompletedProcess[str]:
        return command(*arguments, environment={**environment, **extra}, folder=tmp_path)

    return run


@pytest.fixture(scope="session")
def imported(unpacked: list[Path], command: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the three files, imported by the command."""
    folder = tmp_path_factory.mktemp("imported")
    for path in unpacked:
        shutil.copy(path, folder)
    environment = {**os.environ, "SELVEDGE_DATA_DIR": str(folder)}
    for kind, text in (("suppliers", SUPPLIERS), ("services", SERVICES), ("capacity", CAPACITY)):
        (folder / f"{kind}.csv").write_text(text)
        done = command("import", kind, f"{kind}.csv", environment=environment, folder=folder)
        assert done.returncode == 0, done.stderr
    return folder / "selvedge.sqlite3"


@pytest.fixture
def world(selvedge: Selvedge, imported: Path, tmp_path: Path) -> Selvedge:
    for path in imported.parent.glob("selvedge.sqlite3*"):
        shutil.copy(path, tmp_path / "a folder with spaces")
    return selvedge
