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
from pathlib import Path
from subprocess import CompletedProcess

import click
import pytest
from command_world import SUPPLIERS, Selvedge

from marketplace.cli.search import search
from marketplace.search.query import PER_PAGE_MAXIMUM


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


def test_an_address_that_is_not_found_is_one_sentence(selvedge: Selvedge) -> None:
    done = selvedge("serve", SELVEDGE_HOST="nosuch.invalid")
    assert (done.returncode, done.stderr.startswith("SELVEDGE_HOST: nosuch.invalid was not found")) == (1, True)
    assert done.stderr.count("\n") == 1


def test_a_data_folder_that_cannot_be_made_is_one_sentence(selvedge: Selvedge) -> None:
    done = selvedge("export", "suppliers", SELVEDGE_DATA_DIR="/proc/nowhere")
    assert (done.returncode, "Set SELVEDGE_DATA_DIR to another" in done.stderr) == (1, True), done.stderr


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
