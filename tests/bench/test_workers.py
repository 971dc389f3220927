"""The processes of the benchmark: each loads the engine, and nothing of the site that it doesn't ask."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# As the installed command begins: a worker imports it anew.
SCRIPT = """
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from marketplace.cli import main

@contextmanager
def naming(folder):
    from marketplace.bench.engine import asking
    from marketplace.search.query import SearchQuery
    from datetime import date

    with asking(folder, [SearchQuery(date(2027, 3, 1))]) as ask:
        yield ask
    print(*{name.partition(".")[0] for name in sys.modules})

if __name__ == "__main__":
    from datetime import date

    from marketplace.bench.workers import per_second
    from marketplace.search.columns.files import write

    write(Path(sys.argv[1]), [], date(2027, 3, 1), {})
    rate, memory = per_second(partial(naming, Path(sys.argv[1])), 1, 1, 0.01)
    assert rate > 0 and len(memory) == 1
"""


def test_a_worker_loads_the_engine_alone(tmp_path: Path) -> None:
    script, folder = tmp_path / "selvedge.py", tmp_path / "snapshot"
    script.write_text(SCRIPT)
    folder.mkdir()
    done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "numpy" in loaded
    assert not loaded & {"flask", "sqlalchemy", "alembic", "pydantic", "geopy", "jinja2", "waitress"}
