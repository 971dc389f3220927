"""`selvedge import` and `export`: what is written is whole, what is refused is said."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from command_world import Selvedge

from marketplace.cli import main
from marketplace.transfer import actions
from marketplace.transfer.model import Table


@pytest.mark.parametrize("kind", list(Table))
def test_an_empty_table_goes_round(selvedge: Selvedge, kind: str) -> None:
    assert selvedge("export", kind, "--output", "none.csv").returncode == 0
    done = selvedge("import", kind, "none.csv", "--json")
    assert (done.returncode, json.loads(done.stdout)["rows"]) == (0, 0), done.stderr


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("a,b\n1,2\n", 1, "No column name is known"),
        ("", 0, "empty"),
        ("external_id,name,country,lat,lon\n" + "a,b,IT,1,2\n" * 20_001, 20_002, "split it"),
        ("x" * 1_100_000, 0, "larger than 1 MB"),
    ],
)
def test_json_of_a_file_that_is_refused(selvedge: Selvedge, tmp_path: Path, content: str, line: int, said: str) -> None:
    (tmp_path / "bad.csv").write_text(content)
    done = selvedge("import", "suppliers", "bad.csv", "--json", SELVEDGE_UPLOAD_MB="1")
    assert done.returncode == 1
    assert said in done.stderr
    report = json.loads(done.stdout)
    (problem,) = report["problems"]
    assert (report["table"], report["rows"], report["accepted"]) == ("suppliers", 0, 0)
    assert (problem["line"], said in problem["message"], problem["message"].startswith("Line")) == (line, True, False)


def test_an_export_that_fails_half_way_leaves_the_old_one(
    world: Selvedge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "suppliers.csv"
    assert world("export", "suppliers", "--output", "suppliers.csv").returncode == 0
    before = old.read_text()

    def full(*_: Any) -> Iterator[list[str]]:
        yield ["external_id"]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(actions, "export_table", full)
    monkeypatch.setenv("SELVEDGE_DATA_DIR", str(tmp_path / "a folder with spaces"))
    done = CliRunner().invoke(main, ["export", "suppliers", "--output", str(old)])
    assert (done.exit_code, "No space left on device" in done.output) == (1, True)
    assert old.read_text() == before
    assert [path.name for path in tmp_path.iterdir() if "draft" in path.name] == []


def test_a_new_export_takes_the_place_of_the_old_one(world: Selvedge, tmp_path: Path) -> None:
    """Where a link leads to, with the rights that the old one had."""
    old, link = tmp_path / "old.csv", tmp_path / "link.csv"
    old.write_text("old")
    old.chmod(0o640)
    link.symlink_to(old)
    assert world("export", "suppliers", "--output", "link.csv").returncode == 0
    assert old.read_text() == world("export", "suppliers").stdout
    assert (link.is_symlink(), stat.S_IMODE(old.stat().st_mode)) == (True, 0o640)


def test_what_cannot_be_written_is_one_sentence(world: Selvedge, tmp_path: Path) -> None:
    for output in ("/dev/full", "no such folder/x.csv"):
        done = world("export", "suppliers", "--output", output)
        assert (done.returncode, done.stderr.startswith("Cannot write ")) == (1, True), done.stderr
        assert done.stderr.count("\n") == 1
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@pytest.mark.parametrize("form", ["csv", "json", "geojson"])
def test_standard_output_that_is_full(world: Selvedge, tmp_path: Path, form: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "marketplace", "export", "suppliers", "--format", form],
            env={**os.environ, "SELVEDGE_DATA_DIR": str(tmp_path / "a folder with spaces")},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot write to standard output: No space left on device.")
    assert done.stderr.count("\n") == 1
