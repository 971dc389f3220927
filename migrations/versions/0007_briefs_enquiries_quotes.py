"""Briefs, enquiries, quotes"""

import sqlalchemy as sa
from alembic import op

from marketplace.db import IsoDate, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brief",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("studio_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("repeats_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'archived')", name=op.f("ck_brief_state")),
        sa.ForeignKeyConstraint(
            ["repeats_id"], ["brief.id"], name=op.f("fk_brief_repeats_id_brief"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["organisation.id"], name=op.f("fk_brief_studio_id_organisation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief")),
        sa.UniqueConstraint("public_id", name=op.f("uq_brief_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_brief_studio_id_changed_at"), "brief", ["studio_id", "changed_at"], unique=False)
    op.create_table(
        "brief_version",
        sa.Column("brief_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_brief_version_brief_id_brief"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_brief_version_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("brief_id", "version", name=op.f("pk_brief_version")),
        sqlite_strict=True,
    )
    op.create_table(
        "brief_file",
        sa.Column("brief_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_brief_file_brief_id_brief"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_brief_file_file_id_file"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("brief_id", "file_id", name=op.f("pk_brief_file")),
        sqlite_strict=True,
    )
    op.create_table(
        "shortlist",
        sa.Column("studio_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["organisation.id"], name=op.f("fk_shortlist_studio_id_organisation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_shortlist_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("studio_id", "supplier_id", name=op.f("pk_shortlist")),
        sqlite_strict=True,
    )
    op.create_table(
        "enquiry",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("brief_id", sa.BigInteger(), nullable=False),
        sa.Column("brief_version", sa.BigInteger(), nullable=False),
        sa.Column("studio_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("reminded", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.Column("decline_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('sent', 'quoted', 'declined', 'timed_out', 'withdrawn', 'accepted', 'lost')",
            name=op.f("ck_enquiry_state"),
        ),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name=op.f("fk_enquiry_brief_id_brief"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_enquiry_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_enquiry_service_id_service"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["organisation.id"], name=op.f("fk_enquiry_studio_id_organisation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_enquiry_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sa.UniqueConstraint(
            "brief_id", "service_id", "brief_version", name=op.f("uq_enquiry_brief_id_service_id_brief_version")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_enquiry_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_enquiry_state_answer_by"), "enquiry", ["state", "answer_by"], unique=False)
    op.create_index(op.f("ix_enquiry_studio_id_sent_at"), "enquiry", ["studio_id", "sent_at"], unique=False)
    op.create_index(op.f("ix_enquiry_supplier_id_state"), "enquiry", ["supplier_id", "state"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("enquiry_id", sa.BigInteger(), nullable=False),
        sa.Column("brief_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("answers_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('message', 'question', 'answer', 'note')", name=op.f("ck_message_kind")),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["message.id"], name=op.f("fk_message_answers_id_message"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name=op.f("fk_message_brief_id_brief"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_message_enquiry_id_enquiry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_message_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_message_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_message_brief_id"), "message", ["brief_id"], unique=False)
    op.create_index(op.f("ix_message_enquiry_id_at"), "message", ["enquiry_id", "at"], unique=False)
    op.create_table(
        "message_file",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["file.id"], name=op.f("fk_message_file_file_id_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_file_message_id_message"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "file_id", name=op.f("pk_message_file")),
        sqlite_strict=True,
    )
    op.create_table(
        "quote",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("enquiry_id", sa.BigInteger(), nullable=False),
        sa.Column("reservation_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("setup_minor", sa.BigInteger(), nullable=False),
        sa.Column("unit_minor", sa.BigInteger(), nullable=False),
        sa.Column("breaks", sa.Text(), nullable=False),
        sa.Column("sample_minor", sa.BigInteger(), nullable=False),
        sa.Column("surcharge_percent", sa.BigInteger(), nullable=False),
        sa.Column("starts", IsoDate(), nullable=True),
        sa.Column("last_worked", IsoDate(), nullable=True),
        sa.Column("ready", IsoDate(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("valid_until", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('sent', 'accepted', 'withdrawn', 'expired', 'replaced', 'lost')", name=op.f("ck_quote_state")
        ),
        sa.CheckConstraint("setup_minor >= 0 AND unit_minor >= 0 AND sample_minor >= 0", name=op.f("ck_quote_money")),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_quote_enquiry_id_enquiry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quote_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_quote_reservation_id_reservation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("public_id", name=op.f("uq_quote_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_quote_enquiry_id"), "quote", ["enquiry_id"], unique=False)
    op.create_index(op.f("ix_quote_state_valid_until"), "quote", ["state", "valid_until"], unique=False)


def downgrade() -> None:
    op.drop_table("quote")
    op.drop_table("message_file")
    op.drop_table("message")
    op.drop_table("enquiry")
    op.drop_table("shortlist")
    op.drop_table("brief_file")
    op.drop_table("brief_version")
    op.drop_table("brief")
