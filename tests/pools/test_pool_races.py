"""Fifty designers pledge and withdraw around the minimum while closings fire and processes are killed: every pool is
decided once and whole. Wrong ways are found.

`SELVEDGE_POOLS` asks for more pools than the few of a usual run.
"""

from __future__ import annotations

import os
from pathlib import Path

from pool_mutants import check_then_confirm, notice_after_commit

from marketplace.bench.pooling.run import run

POOLS = int(os.environ.get("SELVEDGE_POOLS", "8"))


def test_pools_are_decided_once_and_whole(database_url: str, tmp_path: Path) -> None:
    race = run(database_url, tmp_path, pools=POOLS, processes=3)
    found = race.as_json()
    assert race.verdict.pools == POOLS
    assert race.verdict.is_clean, found
    assert race.verdict.confirmed > 0
    assert race.verdict.acknowledged > POOLS / 2
    assert race.kills > 0


def test_confirming_what_was_live_a_moment_ago_is_found(database_url: str, tmp_path: Path) -> None:
    race = run(database_url, tmp_path, pools=24, processes=2, kill=False, close=check_then_confirm)
    assert race.verdict.double > 0, race.as_json()


def test_telling_people_after_the_commit_is_found(database_url: str, tmp_path: Path) -> None:
    race = run(database_url, tmp_path, pools=12, processes=1, kill_every_s=0.1, close=notice_after_commit)
    assert race.verdict.untold > 0, race.as_json()
