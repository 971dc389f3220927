"""Import and export of suppliers, services, capacity and placements as tables.

2026-11: a dry run and a real run are the same code. A real run goes over the file twice: first in a read
transaction, which finds every place on the map, then inside the one write transaction, which decides again
on what stands then. So no geocoding happens while the write lock is held, and a verdict is never stale.

2026-11: a cell says what the file says, a column that is not in the file says nothing. A blank cell empties
the value; a missing column keeps it. The exceptions never lose a place: blank coordinates, precision, time
zone, working days, status and verification keep what is stored, and so does a blank town.

2026-11: export then import gives the same data, so three things are escaped. In lists the backslash makes
| ; and itself ordinary. A text that a spreadsheet would run as a formula gets an apostrophe in front, which
the import takes off again. Line breaks after the twentieth of one text are written as U+2028, because a
cell with more of them is taken for a forgotten quotation mark.

2026-11: on the moderators' page the file waits on the server between the look at what it would do and the import, so
nobody chooses it twice; what nobody imports is swept away with other uploads that came to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    from marketplace.transfer import pages

    app.register_blueprint(pages.blueprint)
