"""Places with all they say, applications, skills logs"""

import sqlalchemy as sa
from alembic import op

from marketplace.db import IsoDate, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_EMPTY = sa.text("''")


def upgrade() -> None:
    _placement()
    _effect_and_searches()
    _applications()
    _learning()


def _placement() -> None:
    # Nothing refers to this table before this migration, so rebuilding it on SQLite takes nothing with it.
    with op.batch_alter_table("placement", table_kwargs={"sqlite_strict": True}) as table:
        table.add_column(sa.Column("skills", sa.Text(), nullable=False, server_default=_EMPTY))
        table.add_column(sa.Column("hours_week", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("level", sa.Text(), nullable=False, server_default=sa.text("'beginner'")))
        table.add_column(sa.Column("mentor", sa.Text(), nullable=False, server_default=_EMPTY))
        table.add_column(sa.Column("languages", sa.Text(), nullable=False, server_default=_EMPTY))
        table.add_column(sa.Column("access", sa.Text(), nullable=False, server_default=_EMPTY))
        table.add_column(sa.Column("closes_on", IsoDate(), nullable=True))
        table.add_column(sa.Column("offered_at", UtcDateTime(), nullable=True))
        table.create_check_constraint(op.f("ck_placement_level"), "level IN ('beginner', 'some', 'skilled')")
        table.create_check_constraint(op.f("ck_placement_hours_week"), "hours_week IS NULL OR hours_week > 0")
    op.execute("UPDATE placement SET skills = skill")
    with op.batch_alter_table("placement", table_kwargs={"sqlite_strict": True}) as table:
        table.drop_column("skill")
    op.create_index(op.f("ix_placement_status"), "placement", ["status"], unique=False)


def _effect_and_searches() -> None:
    op.create_table(
        "placement_effect",
        sa.Column("placement_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _key("placement_effect", "placement_id", "placement"),
        _key("placement_effect", "service_id", "service"),
        _key("placement_effect", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("placement_id", name=op.f("pk_placement_effect")),
        sqlite_strict=True,
    )
    op.create_table(
        "placement_search",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        _key("placement_search", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_search")),
        sa.UniqueConstraint("public_id", name=op.f("uq_placement_search_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_placement_search_person_id"), "placement_search", ["person_id"], unique=False)
    op.create_table(
        "placement_search_known",
        sa.Column("placement_search_id", sa.BigInteger(), nullable=False),
        sa.Column("placement_id", sa.BigInteger(), nullable=False),
        _key("placement_search_known", "placement_search_id", "placement_search"),
        _key("placement_search_known", "placement_id", "placement"),
        sa.PrimaryKeyConstraint("placement_search_id", "placement_id", name=op.f("pk_placement_search_known")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_placement_search_known_placement_id"), "placement_search_known", ["placement_id"], unique=False
    )


def _applications() -> None:
    op.create_table(
        "applicant",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        _key("applicant", "person_id", "person"),
        _key("applicant", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_applicant")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_applicant_organisation_id")),
        sqlite_strict=True,
    )
    states = "'draft', 'sent', 'seen', 'invited', 'offered', 'accepted', 'declined', 'withdrawn', 'expired'"
    op.create_table(
        "application",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("placement_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("experience", sa.Text(), nullable=False),
        sa.Column("available_from", IsoDate(), nullable=True),
        sa.Column("availability", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("answer_by", UtcDateTime(), nullable=True),
        sa.Column("reminded", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(f"state IN ({states})", name=op.f("ck_application_state")),
        sa.CheckConstraint(
            "(state IN ('sent', 'seen', 'invited', 'offered')) = (answer_by IS NOT NULL)",
            name=op.f("ck_application_answer_by"),
        ),
        _key("application", "placement_id", "placement"),
        _key("application", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_application_placement_id"), "application", ["placement_id", "state"], unique=False)
    op.create_index(op.f("ix_application_person_id"), "application", ["person_id"], unique=False)
    op.create_index(op.f("ix_application_state"), "application", ["state", "answer_by"], unique=False)
    op.create_table(
        "application_event",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_firm", sa.Boolean(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _key("application_event", "application_id", "application"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_event")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_application_event_application_id"), "application_event", ["application_id"], unique=False)
    op.create_table(
        "application_file",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        _key("application_file", "application_id", "application"),
        _key("application_file", "file_id", "file"),
        sa.PrimaryKeyConstraint("application_id", "file_id", name=op.f("pk_application_file")),
        sqlite_strict=True,
    )


def _learning() -> None:
    op.create_table(
        "skill_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("day", IsoDate(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=True),
        sa.Column("pieces", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(minutes IS NOT NULL OR pieces IS NOT NULL) AND (minutes IS NULL OR minutes > 0) "
            "AND (pieces IS NULL OR pieces > 0)",
            name=op.f("ck_skill_entry_amount"),
        ),
        sa.CheckConstraint("(signed_at IS NULL) = (signer = '')", name=op.f("ck_skill_entry_signed")),
        _key("skill_entry", "person_id", "person"),
        _key("skill_entry", "application_id", "application", "SET NULL"),
        _key("skill_entry", "organisation_id", "organisation", "SET NULL"),
        _key("skill_entry", "signed_by", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_skill_entry_public_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_skill_entry_person_id"), "skill_entry", ["person_id"], unique=False)
    op.create_index(op.f("ix_skill_entry_application_id"), "skill_entry", ["application_id"], unique=False)
    op.create_index(op.f("ix_skill_entry_organisation_id"), "skill_entry", ["organisation_id"], unique=False)
    op.create_table(
        "skill_export",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        _key("skill_export", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_export")),
        sa.UniqueConstraint("code", name=op.f("uq_skill_export_code")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_skill_export_person_id"), "skill_export", ["person_id"], unique=False)
    op.create_table(
        "skill_retiring",
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        _key("skill_retiring", "supplier_id", "supplier"),
        sa.PrimaryKeyConstraint("supplier_id", "skill", name=op.f("pk_skill_retiring")),
        sqlite_strict=True,
    )


def _key(table: str, column: str, to: str, on_delete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=on_delete)


def downgrade() -> None:
    for table in (
        "skill_retiring",
        "skill_export",
        "skill_entry",
        "application_file",
        "application_event",
        "application",
        "applicant",
        "placement_search_known",
        "placement_search",
        "placement_effect",
    ):
        op.drop_table(table)
    op.drop_index(op.f("ix_placement_status"), table_name="placement")
    with op.batch_alter_table("placement", table_kwargs={"sqlite_strict": True}) as table:
        table.add_column(sa.Column("skill", sa.Text(), nullable=False, server_default=_EMPTY))
    # Of several skills the older form keeps the first.
    op.execute(
        "UPDATE placement SET skill = CASE WHEN skills LIKE '% %' "
        "THEN substr(skills, 1, length(skills) - length(ltrim(skills, replace(skills, ' ', '')))) ELSE skills END"
    )
    with op.batch_alter_table("placement", table_kwargs={"sqlite_strict": True}) as table:
        table.drop_constraint(op.f("ck_placement_hours_week"), type_="check")
        table.drop_constraint(op.f("ck_placement_level"), type_="check")
        for column in "skills hours_week level mentor languages access closes_on offered_at".split():
            table.drop_column(column)
