"""Orders, reviews, waiting lists"""

import sqlalchemy as sa
from alembic import op

from marketplace.db import IsoDate, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=False),
        sa.Column("enquiry_id", sa.BigInteger(), nullable=False),
        sa.Column("brief_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("studio_id", sa.BigInteger(), nullable=False),
        sa.Column("reservation_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("starts", IsoDate(), nullable=True),
        sa.Column("ready", IsoDate(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("delivered_on", IsoDate(), nullable=True),
        sa.Column("delivered_quantity", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("disputed_by", sa.Text(), nullable=True),
        sa.Column("studio_note", sa.Text(), nullable=False),
        sa.Column("supplier_note", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lots", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('booked', 'delivered', 'completed', 'disputed', 'cancelled')",
            name=op.f("ck_purchase_order_state"),
        ),
        sa.CheckConstraint("quantity > 0 AND total_minor >= 0", name=op.f("ck_purchase_order_amounts")),
        sa.CheckConstraint("delivered_quantity >= 0", name=op.f("ck_purchase_order_delivered")),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_purchase_order_brief_id_brief"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_purchase_order_enquiry_id_enquiry"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quote.id"], name=op.f("fk_purchase_order_quote_id_quote"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_purchase_order_reservation_id_reservation"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"],
            ["organisation.id"],
            name=op.f("fk_purchase_order_studio_id_organisation"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_purchase_order_supplier_id_supplier"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_purchase_order_supplier_organisation_id_organisation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("public_id", name=op.f("uq_purchase_order_public_id")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_purchase_order_quote_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_purchase_order_studio_id_state"), "purchase_order", ["studio_id", "state"], unique=False)
    op.create_index(op.f("ix_purchase_order_supplier_id"), "purchase_order", ["supplier_id"], unique=False)
    op.create_index(
        op.f("ix_purchase_order_supplier_organisation_id_state"),
        "purchase_order",
        ["supplier_organisation_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_purchase_order_state_delivered_at"), "purchase_order", ["state", "delivered_at"], unique=False
    )
    op.create_table(
        "milestone",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due", IsoDate(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('sample', 'approval', 'bulk', 'delivery', 'other')", name=op.f("ck_milestone_kind")
        ),
        sa.CheckConstraint("side IN ('supplier', 'studio')", name=op.f("ck_milestone_side")),
        sa.ForeignKeyConstraint(
            ["done_by"], ["person.id"], name=op.f("fk_milestone_done_by_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_milestone_order_id_purchase_order"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        sa.UniqueConstraint("public_id", name=op.f("uq_milestone_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_milestone_order_id_position"), "milestone", ["order_id", "position"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("due", IsoDate(), nullable=True),
        sa.Column("paid_on", IsoDate(), nullable=True),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("received_on", IsoDate(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('deposit', 'part', 'balance', 'sample')", name=op.f("ck_payment_kind")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint("(paid_on IS NULL) = (paid_at IS NULL)", name=op.f("ck_payment_paid")),
        sa.CheckConstraint("(received_on IS NULL) = (received_at IS NULL)", name=op.f("ck_payment_received")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_payment_order_id_purchase_order"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payment_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_payment_order_id"), "payment", ["order_id"], unique=False)
    op.create_table(
        "order_change",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("arrival", IsoDate(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_order_change_state")
        ),
        sa.CheckConstraint("quantity > 0 AND total_minor >= 0", name=op.f("ck_order_change_amounts")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["purchase_order.id"],
            name=op.f("fk_order_change_order_id_purchase_order"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_order_change_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_order_change_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_order_change_order_id_state"), "order_change", ["order_id", "state"], unique=False)
    op.create_table(
        "order_message",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["purchase_order.id"],
            name=op.f("fk_order_message_order_id_purchase_order"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_order_message_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_order_message_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_message")),
        sa.UniqueConstraint("public_id", name=op.f("uq_order_message_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_order_message_order_id_at"), "order_message", ["order_id", "at"], unique=False)
    op.create_table(
        "order_file",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_order_file_file_id_file"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["order_message.id"],
            name=op.f("fk_order_file_message_id_order_message"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_order_file_order_id_purchase_order"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "file_id", name=op.f("pk_order_file")),
        sqlite_strict=True,
    )
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("shown_from", UtcDateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("hidden_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_review_rating")),
        sa.ForeignKeyConstraint(
            ["about_id"], ["organisation.id"], name=op.f("fk_review_about_id_organisation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["organisation.id"], name=op.f("fk_review_author_id_organisation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_review_order_id_purchase_order"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_review_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("order_id", "author_id", name=op.f("uq_review_order_id_author_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_review_about_id"), "review", ["about_id"], unique=False)
    op.create_table(
        "waiting",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("studio_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("first_monday", IsoDate(), nullable=False),
        sa.Column("last_monday", IsoDate(), nullable=False),
        sa.Column("atoms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=True),
        sa.Column("offer_until", UtcDateTime(), nullable=True),
        sa.Column("reservation_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'offered', 'taken', 'lapsed', 'left')", name=op.f("ck_waiting_state")),
        sa.CheckConstraint("atoms > 0", name=op.f("ck_waiting_atoms")),
        sa.CheckConstraint("first_monday <= last_monday", name=op.f("ck_waiting_weeks")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_waiting_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_waiting_reservation_id_reservation"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_waiting_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_waiting_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["organisation.id"], name=op.f("fk_waiting_studio_id_organisation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sa.UniqueConstraint("public_id", name=op.f("uq_waiting_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_waiting_service_id_state_id"), "waiting", ["service_id", "state", "id"], unique=False)
    op.create_index(op.f("ix_waiting_state"), "waiting", ["state"], unique=False)
    op.create_index(op.f("ix_waiting_studio_id"), "waiting", ["studio_id"], unique=False)
    op.create_table(
        "short_notice",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("monday", IsoDate(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("told >= 0", name=op.f("ck_short_notice_told")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_short_notice_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_short_notice_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_notice")),
        sa.UniqueConstraint("public_id", name=op.f("uq_short_notice_public_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_short_notice_service_id_posted_at"), "short_notice", ["service_id", "posted_at"], unique=False
    )
    op.create_table(
        "short_notice_told",
        sa.Column("short_notice_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_short_notice_told_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["short_notice_id"],
            ["short_notice.id"],
            name=op.f("fk_short_notice_told_short_notice_id_short_notice"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("short_notice_id", "person_id", name=op.f("pk_short_notice_told")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_short_notice_told_person_id_at"), "short_notice_told", ["person_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("short_notice_told")
    op.drop_table("short_notice")
    op.drop_table("waiting")
    op.drop_table("review")
    op.drop_table("order_file")
    op.drop_table("order_message")
    op.drop_table("order_change")
    op.drop_table("payment")
    op.drop_table("milestone")
    op.drop_table("purchase_order")
