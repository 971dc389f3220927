"""Lists as buyers publish them: no key, no process, addresses in capitals. Real ones too, where they lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.db import Database
from marketplace.suppliers import store
from marketplace.transfer.model import Report

LISTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "osh"
SAMPLE = """country,name,address,sector
BANGLADESH,KNIT CORNER LTD,"PLOT 12, SAVAR, DHAKA 1340, BANGLADESH;",Apparel
China,"Luyang Shoes Co., Ltd.","Hou Jie Town, Dongguan City, Guangdong Province 523940",Apparel
PK,BOX CORNER,"ROAD ,OPP OTHER ROAD, Sialkot, 51310, Punjab",Apparel
Peru,Sin Lugar S.A.C.,Av Universitaria 3855,Apparel
"""
GEOCODED = """country,name,address,sector,lat,lng
BANGLADESH,KNIT CORNER LTD,"PLOT 12, SAVAR, DHAKA 1340, BANGLADESH;",Apparel,23.896017,90.32296749999999
China,"Luyang Shoes Co., Ltd.","Hou Jie Town, Dongguan City, Guangdong Province 523940",Apparel,22.936585,113.67114
Peru,Sin Lugar S.A.C.,Av Universitaria 3855,Apparel,-11.9890109,-77.08165129999999
"""

Load = Callable[..., Report]


def test_a_list_without_coordinates_and_then_with(load: Load, database: Database) -> None:
    first = load(SAMPLE)
    assert (first.created, first.refused) == (3, 1)
    second = load(GEOCODED)
    assert (second.created, second.updated, second.refused) == (1, 2, 0)
    assert load(SAMPLE).unchanged == 4  # Lima is known now, and better than this list knows
    assert load(GEOCODED).unchanged == 3
    with database.reading() as session:
        assert len(store.list_ids(session)) == 4


@pytest.mark.skipif(not LISTS.is_dir(), reason="the real lists are not here")
def test_all_real_lists(database: Database, load: Load) -> None:
    files = sorted(path for path in LISTS.iterdir() if path.suffix in (".csv", ".xls", ".xlsx"))
    reports = [load(path.read_bytes(), filename=path.name) for path in files]
    assert sum(report.rows for report in reports) > 1500
    assert sum(report.refused for report in reports) < 100
    with database.reading() as session:
        count = len(store.list_ids(session))
    for path, before in zip(files, reports, strict=True):
        again = load(path.read_bytes(), filename=path.name)
        assert again.accepted == 0
        assert again.rows == again.unchanged + again.refused == before.rows
        assert again.refused <= before.refused  # another list may have brought the coordinates
    with database.reading() as session:
        assert len(store.list_ids(session)) == count
