"""Pools, their pledges and events, and what designers wish for"""

import sqlalchemy as sa
from alembic import op

from marketplace.db import IsoDate, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pool",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("reservation_id", sa.BigInteger(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=False),
        sa.Column("smallest", sa.BigInteger(), nullable=True),
        sa.Column("width_cm", sa.BigInteger(), nullable=True),
        sa.Column("gsm", sa.BigInteger(), nullable=True),
        sa.Column("piece_g", sa.BigInteger(), nullable=True),
        sa.Column("lat_e7", sa.BigInteger(), nullable=False),
        sa.Column("lon_e7", sa.BigInteger(), nullable=False),
        sa.Column("reach_m", sa.BigInteger(), nullable=True),
        sa.Column("starts", IsoDate(), nullable=False),
        sa.Column("ready", IsoDate(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("unit_minor", sa.BigInteger(), nullable=False),
        sa.Column("setup_minor", sa.BigInteger(), nullable=False),
        sa.Column("workshop_minor", sa.BigInteger(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.Column("extend_days", sa.BigInteger(), nullable=False),
        sa.Column("confirms", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("crossings", sa.BigInteger(), nullable=False),
        sa.Column("extended", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NOT NULL) = (state IN ('confirmed', 'cancelled'))", name=op.f("ck_pool_decided")
        ),
        sa.CheckConstraint("closing IN ('confirm', 'extend', 'shrink', 'release')", name=op.f("ck_pool_closing")),
        sa.CheckConstraint("confirms IN ('closing', 'reached')", name=op.f("ck_pool_confirms")),
        sa.CheckConstraint("state IN ('open', 'reached', 'confirmed', 'cancelled')", name=op.f("ck_pool_state")),
        sa.CheckConstraint(
            "unit IN ('piece', 'metre', 'kg', 'minute', 'load', 'style', 'm2')", name=op.f("ck_pool_unit")
        ),
        sa.CheckConstraint("minimum > 0 AND minimum <= maximum", name=op.f("ck_pool_amounts")),
        sa.CheckConstraint("smallest IS NULL OR (smallest > 0 AND smallest < minimum)", name=op.f("ck_pool_smallest")),
        sa.CheckConstraint("unit_minor >= 0 AND setup_minor >= 0 AND workshop_minor >= 0", name=op.f("ck_pool_money")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_pool_reservation_id_reservation"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_pool_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_pool_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pool_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_pool_process_state"), "pool", ["process", "state"], unique=False)
    op.create_index(op.f("ix_pool_reservation_id"), "pool", ["reservation_id"], unique=False)
    op.create_index(op.f("ix_pool_state_closes_at"), "pool", ["state", "closes_at"], unique=False)
    op.create_index(op.f("ix_pool_supplier_id"), "pool", ["supplier_id"], unique=False)
    op.create_table(
        "pool_event",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("pool_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("atoms", sa.BigInteger(), nullable=False),
        sa.Column("designers", sa.BigInteger(), nullable=False),
        sa.Column("group_atoms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('opened', 'reached', 'reopened', 'extended', 'confirmed', 'cancelled')",
            name=op.f("ck_pool_event_kind"),
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_pool_event_pool_id_pool"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_event")),
        sa.UniqueConstraint("pool_id", "kind", "number", name=op.f("uq_pool_event_pool_id_kind_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "pool_pledge",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("pool_id", sa.BigInteger(), nullable=False),
        sa.Column("studio_id", sa.BigInteger(), nullable=False),
        sa.Column("atoms", sa.BigInteger(), nullable=False),
        sa.Column("tolerance", sa.BigInteger(), nullable=False),
        sa.Column("metres", sa.BigInteger(), nullable=False),
        sa.Column("radius_m", sa.BigInteger(), nullable=True),
        sa.Column("needed_by", IsoDate(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("pledged_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("served", sa.BigInteger(), nullable=True),
        sa.Column("setup_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'pledged') = (ended_at IS NULL)", name=op.f("ck_pool_pledge_ended")),
        sa.CheckConstraint("(state = 'served') = (served IS NOT NULL)", name=op.f("ck_pool_pledge_served")),
        sa.CheckConstraint(
            "state IN ('pledged', 'withdrawn', 'served', 'unserved', 'released')", name=op.f("ck_pool_pledge_state")
        ),
        sa.CheckConstraint(
            "atoms > 0 AND tolerance >= 0 AND tolerance * 2 <= atoms", name=op.f("ck_pool_pledge_atoms")
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_pool_pledge_pool_id_pool"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["organisation.id"], name=op.f("fk_pool_pledge_studio_id_organisation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_pledge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pool_pledge_public_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_pool_pledge_live",
        "pool_pledge",
        ["pool_id", "studio_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pledged'"),
        postgresql_where=sa.text("state = 'pledged'"),
    )
    op.create_index(op.f("ix_pool_pledge_pool_id_state"), "pool_pledge", ["pool_id", "state"], unique=False)
    op.create_index(op.f("ix_pool_pledge_studio_id_state"), "pool_pledge", ["studio_id", "state"], unique=False)
    op.create_table(
        "pool_wish",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("studio_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=True),
        sa.Column("service_id", sa.BigInteger(), nullable=True),
        sa.Column("pool_id", sa.BigInteger(), nullable=True),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("atoms", sa.BigInteger(), nullable=False),
        sa.Column("tolerance", sa.BigInteger(), nullable=False),
        sa.Column("lat_e7", sa.BigInteger(), nullable=False),
        sa.Column("lon_e7", sa.BigInteger(), nullable=False),
        sa.Column("radius_m", sa.BigInteger(), nullable=True),
        sa.Column("needed_by", IsoDate(), nullable=True),
        sa.Column("width_cm", sa.BigInteger(), nullable=True),
        sa.Column("gsm", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'answered', 'declined', 'withdrawn')", name=op.f("ck_pool_wish_state")),
        sa.CheckConstraint(
            "unit IN ('piece', 'metre', 'kg', 'minute', 'load', 'style', 'm2')", name=op.f("ck_pool_wish_unit")
        ),
        sa.CheckConstraint("atoms > 0 AND tolerance >= 0 AND tolerance * 2 <= atoms", name=op.f("ck_pool_wish_atoms")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_pool_wish_pool_id_pool"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_pool_wish_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["organisation.id"], name=op.f("fk_pool_wish_studio_id_organisation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_pool_wish_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_wish")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pool_wish_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_pool_wish_pool_id"), "pool_wish", ["pool_id"], unique=False)
    op.create_index(op.f("ix_pool_wish_service_id"), "pool_wish", ["service_id"], unique=False)
    op.create_index(op.f("ix_pool_wish_state_process"), "pool_wish", ["state", "process"], unique=False)
    op.create_index(op.f("ix_pool_wish_studio_id"), "pool_wish", ["studio_id"], unique=False)
    op.create_index(op.f("ix_pool_wish_supplier_id_state"), "pool_wish", ["supplier_id", "state"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_pool_wish_supplier_id_state"), table_name="pool_wish")
    op.drop_index(op.f("ix_pool_wish_studio_id"), table_name="pool_wish")
    op.drop_index(op.f("ix_pool_wish_state_process"), table_name="pool_wish")
    op.drop_index(op.f("ix_pool_wish_service_id"), table_name="pool_wish")
    op.drop_index(op.f("ix_pool_wish_pool_id"), table_name="pool_wish")
    op.drop_table("pool_wish")
    op.drop_index(op.f("ix_pool_pledge_studio_id_state"), table_name="pool_pledge")
    op.drop_index(op.f("ix_pool_pledge_pool_id_state"), table_name="pool_pledge")
    op.drop_index(
        "ix_pool_pledge_live",
        table_name="pool_pledge",
        sqlite_where=sa.text("state = 'pledged'"),
        postgresql_where=sa.text("state = 'pledged'"),
    )
    op.drop_table("pool_pledge")
    op.drop_table("pool_event")
    op.drop_index(op.f("ix_pool_supplier_id"), table_name="pool")
    op.drop_index(op.f("ix_pool_state_closes_at"), table_name="pool")
    op.drop_index(op.f("ix_pool_reservation_id"), table_name="pool")
    op.drop_index(op.f("ix_pool_process_state"), table_name="pool")
    op.drop_table("pool")
