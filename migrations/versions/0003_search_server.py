"""The search server's state"""

import sqlalchemy as sa
from alembic import op

from marketplace.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_server",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("applied", sa.Text(), nullable=False),
        sa.Column("pending", sa.Text(), nullable=False),
        sa.Column("leader", sa.Text(), nullable=False),
        sa.Column("led_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_server")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("search_server")
