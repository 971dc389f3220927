"""A built wheel holds everything that runs: templates, static files, migrations, data."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    # The build tools are installed already; an isolated build would fetch them again.
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = out.glob("*.whl")
    return path


def test_every_resource_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "static", "migrations"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"marketplace/_resources/{path.relative_to(ROOT).as_posix()}" in inside
    for path in (ROOT / "marketplace").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in inside


def test_it_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, with a space in the path and no checkout around, it migrates, imports and serves pages."""
    place = tmp_path / "installed here"
    zipfile.ZipFile(wheel).extractall(place)
    script = """
import os, sys
from marketplace.app import create_app
from marketplace.db import migrate
from marketplace.resources import resource_dir
from marketplace.settings import load_settings
from marketplace.wiring import build_system
assert "installed here" in str(resource_dir("templates")), resource_dir("templates")
system = build_system(load_settings()[0])
migrate.upgrade(system.database)
client = create_app(system).test_client()
for path in ("/", "/search?process=sew", "/static/css/base.css", "/api/v1/openapi.json"):
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
print("served")
"""
    environment = {"PYTHONPATH": str(place), "SELVEDGE_DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip().endswith("served"), ran.stderr
