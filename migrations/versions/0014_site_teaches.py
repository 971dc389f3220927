"""Until when somebody may learn at a site"""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

from marketplace.db import IsoDate

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("teaches_until", IsoDate(), nullable=True))
    site = sa.table("site", sa.column("id", sa.BigInteger()), sa.column("teaches_until", IsoDate()))
    for site_id, day in _taught().items():
        op.execute(site.update().where(site.c.id == site_id).values(teaches_until=day))


def downgrade() -> None:
    op.drop_column("site", "teaches_until")


def _taught() -> dict[int, date]:
    """Site -> the last day of its placements: of those with a place taken, and of open ones while one may apply."""
    names = ("site_id", "status", "seats_taken", "months")
    placement = sa.table(
        "placement",
        *(sa.column(name) for name in names),
        sa.column("starts_on", IsoDate()),
        sa.column("closes_on", IsoDate()),
    )
    found: dict[int, date] = {}
    for row in op.get_bind().execute(sa.select(placement)):
        last = row.starts_on + timedelta(days=row.months * 365 // 12 - 1)
        if row.seats_taken == 0:
            if row.status != "open":
                continue
            last = min(last, row.closes_on or last)
        found[row.site_id] = max(last, found.get(row.site_id, last))
    return found
