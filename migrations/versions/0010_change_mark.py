"""Where the change log stood on a day, so that old changes can go"""

from datetime import date

import sqlalchemy as sa
from alembic import op

from marketplace.db import IsoDate

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    marks = op.create_table(
        "change_mark",
        sa.Column("day", IsoDate(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_change_mark")),
        sqlite_strict=True,
    )
    # Nothing is gone yet: the log begins at its beginning.
    op.bulk_insert(marks, [{"day": date(1970, 1, 1), "position": 0}])


def downgrade() -> None:
    op.drop_table("change_mark")
