"""One contract, fulfilled by every engine. SELVEDGE_TEST_MEILI_URL (and _KEY) add a search server to the engines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

for _part in ("contract", "contract_terms", "contract_runs", "contract_weeks", "contract_text", "contract_places"):
    pytest.register_assert_rewrite(_part)
pytest.register_assert_rewrite("contract_lists", "contract_changes")

import contract_changes  # noqa: E402
import contract_lists  # noqa: E402
import contract_places  # noqa: E402
import contract_runs  # noqa: E402
import contract_terms  # noqa: E402
import contract_text  # noqa: E402
import contract_weeks  # noqa: E402
from contract import CASES, Case, Engine  # noqa: E402
from contract_engines import Columns, MappedColumns, OverSearchServer, Reference, WornColumns  # noqa: E402

from marketplace.db import open_database  # noqa: E402

PARTS = (
    contract_terms,
    contract_runs,
    contract_weeks,
    contract_text,
    contract_places,
    contract_lists,
    contract_changes,
)
ENGINES = ["columns", "columns from files", "columns, worn", "reference"]
SERVER = os.environ.get("SELVEDGE_TEST_MEILI_URL", "")
if SERVER:
    ENGINES.append("search server")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    match request.param:
        case "columns":
            yield Columns()
        case "columns from files":
            yield MappedColumns(tmp_path)
        case "columns, worn":
            yield WornColumns()
        case "reference":
            yield Reference()
        case _:
            path = tmp_path / "selvedge.sqlite3"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            database = open_database(f"sqlite:///{path}")
            over = OverSearchServer(database, SERVER, os.environ.get("SELVEDGE_TEST_MEILI_KEY", ""))
            yield over
            over.close()
            database.dispose()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_engine_fulfils(case: Case, engine: Engine) -> None:
    case(engine)


def test_every_case_is_asked() -> None:
    """A function that was not marked would never run; two of a name would be one."""
    written: list[Any] = [
        made for part in PARTS for made in vars(part).values() if getattr(made, "__module__", "") == part.__name__
    ]
    assert set(CASES) == {made for made in written if callable(made) and not made.__name__.startswith("_")}
    names = [case.__name__ for case in CASES]
    assert len(names) == len(set(names))
