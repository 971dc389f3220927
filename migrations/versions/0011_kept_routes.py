"""Production routes that a studio keeps"""

import sqlalchemy as sa
from alembic import op

from marketplace.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_route",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("studio_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("brief_id", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["organisation.id"], name=op.f("fk_kept_route_studio_id_organisation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kept_route_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_kept_route_brief_id_brief"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_route")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kept_route_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_kept_route_studio_id_removed_at"), "kept_route", ["studio_id", "removed_at"])


def downgrade() -> None:
    op.drop_table("kept_route")
