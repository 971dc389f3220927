"""Which files of the search index belong to this database"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_snapshot",
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_search_snapshot")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("search_snapshot")
