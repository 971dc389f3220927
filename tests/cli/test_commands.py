"""The commands, as a person runs them: a real process on a real database."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import click
import pytest
from forked_command import Command

from marketplace.cli.search import search
from marketplace.places.gazetteer import Gazetteer
from marketplace.search.query import PER_PAGE_MAXIMUM

Selvedge = Callable[..., "CompletedProcess[str]"]

SUPPLIERS = """external_id,name,kind,locality,country,lat,lon,skills
a,Atelier Uno,sewing_room,Prato,IT,43.8980002,11.1,buttonhole
b,Atelier Due,sewing_room,Prato,IT,43.9700003,11.1,
c,,sewing_room,Prato,IT,43.97,11.1,
"""
SERVICES = """supplier_external_id,process,min_quantity,unit,basis,lead_days,weekly_capacity
a,sew,20,piece,style,5,40
b,sew,80,piece,order,5,40
"""
CAPACITY = """supplier_external_id,process,week_start,open_quantity,unit
a,sew,2027-W09,12,piece
"""


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


def last_json(done: CompletedProcess[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_import_says_what_became_of_every_row(selvedge: Selvedge, tmp_path: Path) -> None:
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS)
    dry = last_json(selvedge("import", "suppliers", "suppliers.csv", "--dry-run", "--json"))
    assert (dry["rows"], dry["accepted"], dry["refused"], dry["unchanged"]) == (3, 2, 1, 0)
    done = last_json(selvedge("import", "suppliers", "suppliers.csv", "--json"))
    assert (done["rows"], done["accepted"], done["refused"], done["unchanged"]) == (3, 2, 1, 0)
    (problem,) = done["problems"]  # type: ignore[misc]
    assert (problem["line"], problem["column"]) == (4, "name")
    again = last_json(selvedge("import", "suppliers", "suppliers.csv", "--json"))
    assert (again["rows"], again["accepted"], again["refused"], again["unchanged"]) == (3, 0, 1, 2)


def test_search_as_a_table_and_as_json(world: Selvedge) -> None:
    ask = ("search", "--process", "sew", "--quantity", "50", "--lat", "43.88", "--lon", "11.1", "--radius", "15km")
    table = world(*ask)
    assert table.returncode == 0
    lines = table.stdout.splitlines()
    assert lines[0].startswith("1 supplier fits")
    assert lines[2].split("\t")[:4] == ["2.0", "Atelier Uno, Prato", "Sewing and assembly", "20 pieces per style"]
    assert any("80 pieces: 1 more" in line for line in lines)
    answer = last_json(world(*ask, "--json", "--all"))
    assert answer["total"] == 1
    assert [hit["external_id"] for hit in answer["hits"]] == ["a"]  # type: ignore[index, attr-defined]


def test_search_by_name_of_a_place(world: Selvedge) -> None:
    done = world("search", "--near", "Prato, Italy", "--radius", "20mi", "--skill", "buttonhole")
    assert "Atelier Uno" in done.stdout


def test_export_and_import_into_an_empty_database_is_the_same(world: Selvedge, tmp_path: Path) -> None:
    other = {"SELVEDGE_DATA_DIR": str(shutil.copytree(tmp_path / "a folder with spaces", tmp_path / "other"))}
    for path in (tmp_path / "other").glob("selvedge*"):
        path.unlink()
    for kind in ("suppliers", "services", "capacity"):
        assert world("export", kind, "--output", f"out-{kind}.csv").returncode == 0
        assert world("import", kind, f"out-{kind}.csv", **other).returncode == 0
        assert world("export", kind, **other).stdout == (tmp_path / f"out-{kind}.csv").read_text()
    listed = json.loads(world("export", "suppliers", "--format", "json").stdout)
    assert [row["name"] for row in listed] == ["Atelier Uno", "Atelier Due"]
    shapes = json.loads(world("export", "suppliers", "--format", "geojson").stdout)
    assert len(shapes["features"]) == 2


def test_verify_finds_nothing_wrong_and_what_is_wrong(world: Selvedge, tmp_path: Path) -> None:
    assert world("verify").returncode == 0
    import sqlite3

    database = sqlite3.connect(tmp_path / "a folder with spaces" / "selvedge.sqlite3")
    database.execute("UPDATE service SET process = 'conjure' WHERE rowid = 1")
    database.execute("INSERT INTO capacity_week VALUES (1, '2027-03-03', 5)")
    database.commit()
    database.close()
    done = world("verify")
    assert done.returncode == 1
    assert "unknown process conjure" in done.stdout
    assert "2027-03-03 is not a Monday" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("search", "--process", "sewng"), 2, "did you mean sew"),
        (("search", "--quantity", "1e3"), 2, "is not a number"),
        (("search", "--near", "Xyzzyville"), 2, "was not found"),
        (("search", "--radius", "40km"), 2, "a radius needs a place"),
        (("import", "suppliers", "missing.csv"), 2, "does not exist"),
        (("import", "clouds", "x.csv"), 2, "is not one of"),
        (("export", "services", "--format", "geojson"), 2, "GeoJSON is for suppliers"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_wrong_usage_says_what_to_do(selvedge: Selvedge, arguments: tuple[str, ...], status: int, says: str) -> None:
    done = selvedge(*arguments)
    assert (done.returncode, says in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_settings_are_all_reported_at_once(selvedge: Selvedge) -> None:
    done = selvedge("verify", SELVEDGE_PORT="eighty", SELVEDGE_THREADS="0", SELVEDGE_PROT="1")
    assert done.returncode == 1
    assert "SELVEDGE_PORT" in done.stderr
    assert "SELVEDGE_THREADS" in done.stderr
    assert "Traceback" not in done.stderr
    warned = selvedge("verify", SELVEDGE_PROT="1")
    assert "did you mean SELVEDGE_PORT?" in warned.stderr


def test_an_unusable_database_is_one_sentence(selvedge: Selvedge) -> None:
    done = selvedge("export", "suppliers", SELVEDGE_DATABASE_URL="mysql://localhost/x")
    assert (done.returncode, "use sqlite" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_help_needs_none_of_what_commands_need() -> None:
    """Each command imports what it needs when it runs."""
    script = "import sys, marketplace.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "click" in loaded
    assert not loaded & {"flask", "sqlalchemy", "alembic", "pydantic", "numpy", "msgspec", "geopy", "rich", "waitress"}


def test_help_says_how_many_results_a_page_has_at_most() -> None:
    (option,) = (option for option in search.params if option.name == "per_page")
    assert isinstance(option, click.Option)
    assert option.help == f"Results a page, at most {PER_PAGE_MAXIMUM}."


def test_serve_answers_and_stops_on_a_signal(selvedge: Selvedge, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "SELVEDGE_DATA_DIR": str(tmp_path / "served"), "SELVEDGE_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace", "serve"], env=environment, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    try:
        body = b""
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                    body = answer.read()
                break
            except OSError:
                time.sleep(0.2)
        assert json.loads(body) == {"documents": 0, "status": "ok"}
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}" in output
    assert process.returncode == 0
