"""The SQL of what the weeks of sites are read with, when all else of them is known."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.db.nested import is_any_of, row_of, rows_of
from marketplace.db.prepared import Prepared
from marketplace.suppliers.model import Workplace
from marketplace.suppliers.reading import to_workplace
from marketplace.suppliers.tables import ServiceRow, SiteRow

_BATCH = 500

_site, _service = SiteRow.__table__, ServiceRow.__table__
_WORKPLACES = Prepared(
    select(
        row_of(
            *(_site.c.id, _site.c.supplier_id, _site.c.working_days),
            rows_of(_service, _service.c.id, _service.c.public_id, where=_service.c.site_id == _site.c.id),
        )
    ).where(is_any_of(_site.c.supplier_id, "suppliers"))
)


def list_workplaces(session: Session, supplier_ids: Iterable[int]) -> list[Workplace]:
    """The sites of some suppliers, in order of id."""
    wanted = sorted(set(supplier_ids))
    found: list[Workplace] = []
    for start in range(0, len(wanted), _BATCH):
        rows = _WORKPLACES.rows(session, suppliers=wanted[start : start + _BATCH])
        found += [to_workplace(row) for (row,) in rows]
    return sorted(found, key=lambda place: place.site_id)
