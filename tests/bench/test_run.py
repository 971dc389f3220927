"""A small real run of `selvedge bench search`: every phase, the keys of its JSON, its tables. No time is asserted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from marketplace.bench.figures import Figures, SizeFigures, as_json, growth
from marketplace.bench.report import tables
from marketplace.bench.shapes import CLASSES
from marketplace.bench.targets import Target, targets
from marketplace.bench.timing import Spread
from marketplace.bench.typos import Typos
from marketplace.cli import main
from marketplace.cli.bench import search as command
from marketplace.places.gazetteer import Gazetteer

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found(gazetteer: Gazetteer) -> dict[str, object]:
    gazetteer.search("Prato")  # unpacked once, for all tests
    arguments = "bench search --suppliers 200 --rounds 1 --seconds 0.3 --exact 20 --json".split()
    done = subprocess.run(
        [sys.executable, "-m", "marketplace", *arguments],
        env={**os.environ, "SELVEDGE_DATA_DIR": str(gazetteer._directory)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, object] = json.loads(done.stdout)
    return read


def test_json_has_the_promised_keys(found: dict[str, object]) -> None:
    assert found["suppliers"] == 200
    classes = found["classes"]
    assert isinstance(classes, dict)
    assert classes.keys() == {*CLASSES, "mix"}
    for figures in classes.values():
        assert figures.keys() >= {"median_ms", "p95_ms", "p99_ms", "per_s"}
        assert all(number > 0 for number in figures.values())
    ratios = found["ratios"]
    assert isinstance(ratios, dict)
    assert ratios.keys() >= {"vs_bare_route", "vs_postgis", "growth_geo_10k_1m"}
    assert (ratios["vs_postgis"], ratios["growth_geo_10k_1m"]) == (None, None)
    assert 0 < ratios["vs_bare_route"] < 1
    for name in ("update_visible_ms", "rebuild_s", "index_mb", "build_s", "private_mb"):
        assert isinstance(found[name], float)
        assert found[name] > 0  # type: ignore[operator]
    assert found["sizes"][0]["suppliers"] == 200  # type: ignore[index]


def test_answers_are_right(found: dict[str, object]) -> None:
    exact = found["exact"]
    assert isinstance(exact, dict)
    assert (exact["queries"], exact["wrong"], exact["examples"]) == (20, 0, [])


def test_site_was_measured(found: dict[str, object]) -> None:
    site = found["sizes"][0]["site"]  # type: ignore[index]
    assert site["vs_bare_route"].keys() == site["vs_bare_route_in_process"].keys() == {*CLASSES, "mix"}
    assert site["updates_per_s"] > 0


@pytest.mark.parametrize("sizes", ["0", "ten", "10,,20", "-5", "6000000"])
def test_wrong_sizes_are_refused(sizes: str) -> None:
    done = CliRunner().invoke(main, ["bench", "search", "--suppliers", sizes])
    assert done.exit_code == 2
    assert "such as 10000" in done.output


def _figures(*sizes: int) -> Figures:
    """Milliseconds that grow as the square root of the size."""
    made = []
    for size in sizes:
        one = Spread(*(factor * (size / 10_000) ** 0.5 for factor in (1, 2, 3, 1.5)))
        made.append(
            SizeFigures(
                suppliers=size,
                build_s=5.0,
                generate_s=1.0,
                index_mb=10.0,
                classes=dict.fromkeys((*CLASSES, "mix"), one),
                cpu_ms=dict.fromkeys((*CLASSES, "mix"), one.mean_ms),
                per_s={1: 100.0, 2: 180.0},
                private_mb=40.0,
                typos=Typos(0.15, 0.4, 1.0, 100),
                delta_share=0.3,
            )
        )
    return Figures(made)


def test_growth_needs_both_sizes() -> None:
    assert growth(_figures(10_000), lambda size: size.build_s) is None
    assert growth(_figures(10_000, 1_000_000), lambda s: s.classes["geo_small"].median_ms) == pytest.approx(10)
    assert as_json(_figures(10_000, 1_000_000))["ratios"]["growth_geo_10k_1m"] == pytest.approx(10)


def test_targets_say_what_is_met() -> None:
    assert [Target("", 6, 3, got).is_met for got in (7, 6, 2, None)] == [False, True, True, None]
    assert [Target("", 6, 9, got, at_least=True).is_met for got in (7, 6, 2)] == [True, True, False]
    assert [Target("", 6, 9, got, at_least=True).is_goal_met for got in (8, 9)] == [False, True]
    by_name = {target.name: target for target in targets(_figures(10_000, 100_000, 1_000_000))}
    assert by_name["p99 over median of the mix, 100k"].got == pytest.approx(3)
    assert by_name["growth of the mean, 10k to 1M"].got == pytest.approx(10)
    assert by_name["mix mean against PostGIS, 100k"].got is None
    assert by_name["2 % edited: mean grows, 10k"].is_met is False


def test_tables_show_every_target() -> None:
    figures = _figures(10_000, 100_000)
    *_, (_, columns, rows) = tables(figures)
    assert columns[:4] == ["figure", "must", "goal", "got"]
    assert [row[0] for row in rows] == [target.name for target in targets(figures)]
    verdicts = {row[0]: row[-1] for row in rows}
    assert verdicts["build, 100k"] == "met"
    assert verdicts["build, 1M"] == ""
    assert verdicts["2 % edited: mean grows, 10k"] == "MISSED"
    assert verdicts["misspelt words that find theirs"] == "goal"


def undocumented(text: str) -> list[str]:
    section = re.search(r"^### `selvedge bench`$(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    said = section[1] if section else ""
    return [o for p in command.params for o in p.opts if not re.search(rf"(?<![\w-]){re.escape(o)}(?![\w-])", said)]


def test_options_are_documented() -> None:
    text = (ROOT / "docs/operators.md").read_text("utf-8")
    assert undocumented(text) == []
    assert undocumented(text.replace("`--postgis", "`--p")) == ["--postgis"]
