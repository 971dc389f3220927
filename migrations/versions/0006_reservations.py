"""Weeks promised: holds and bookings"""

import sqlalchemy as sa
from alembic import op

from marketplace.db import IsoDate, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "week_load",
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("monday", IsoDate(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("reserved >= 0 AND reserved <= capacity", name=op.f("ck_week_load_reserved")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_week_load_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "monday", name=op.f("pk_week_load")),
        sqlite_strict=True,
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("studio_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(ended_at IS NOT NULL) = (state = 'ended')", name=op.f("ck_reservation_ended")),
        sa.CheckConstraint("(state = 'held') <= (expires_at IS NOT NULL)", name=op.f("ck_reservation_expiry")),
        sa.CheckConstraint("made_by IN ('supplier', 'studio')", name=op.f("ck_reservation_made_by")),
        sa.CheckConstraint("state IN ('held', 'firm', 'ended')", name=op.f("ck_reservation_state")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_reservation_resource_id_resource"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_reservation_service_id_service"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["organisation.id"], name=op.f("fk_reservation_studio_id_organisation"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_reservation_supplier_id_supplier"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reservation_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_reservation_resource_id_state"), "reservation", ["resource_id", "state"], unique=False)
    op.create_index(op.f("ix_reservation_state_expires_at"), "reservation", ["state", "expires_at"], unique=False)
    op.create_index(op.f("ix_reservation_studio_id"), "reservation", ["studio_id"], unique=False)
    op.create_table(
        "reserved_week",
        sa.Column("reservation_id", sa.BigInteger(), nullable=False),
        sa.Column("monday", IsoDate(), nullable=False),
        sa.Column("atoms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("atoms > 0", name=op.f("ck_reserved_week_atoms")),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_reserved_week_reservation_id_reservation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reservation_id", "monday", name=op.f("pk_reserved_week")),
        sqlite_strict=True,
    )
    op.create_table(
        "reservation_event",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("reservation_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("monday", IsoDate(), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_reservation_event_reservation_id_reservation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resource.id"],
            name=op.f("fk_reservation_event_resource_id_resource"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation_event")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_reservation_event_reservation_id"), "reservation_event", ["reservation_id"], unique=False)
    op.create_index(
        op.f("ix_reservation_event_resource_id_monday"), "reservation_event", ["resource_id", "monday"], unique=False
    )


def downgrade() -> None:
    op.drop_table("reservation_event")
    op.drop_table("reserved_week")
    op.drop_table("reservation")
    op.drop_table("week_load")
