"""Saved searches"""

import sqlalchemy as sa
from alembic import op

from marketplace.db import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mail", sa.Column("unsubscribe_url", sa.Text(), nullable=True))
    op.create_table(
        "saved_search",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("distance_unit", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("feed_token", sa.Text(), nullable=False),
        sa.Column("stop_token", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("mailed_at", UtcDateTime(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("checked_position", sa.BigInteger(), nullable=True),
        sa.Column("checked_seen", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("frequency IN ('at_once', 'daily', 'weekly')", name=op.f("ck_saved_search_frequency")),
        sa.CheckConstraint("distance_unit IN ('km', 'mi')", name=op.f("ck_saved_search_distance_unit")),
        sa.CheckConstraint("(checked_position IS NULL) = (checked_seen IS NULL)", name=op.f("ck_saved_search_mark")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_search_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_search_public_id")),
        sa.UniqueConstraint("feed_token", name=op.f("uq_saved_search_feed_token")),
        sa.UniqueConstraint("stop_token", name=op.f("uq_saved_search_stop_token")),
        sqlite_strict=True,
    )
    op.create_index("ix_saved_search_person_id", "saved_search", ["person_id"], unique=False)

    op.create_table(
        "saved_search_known",
        sa.Column("saved_search_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["saved_search_id"],
            ["saved_search.id"],
            name=op.f("fk_saved_search_known_saved_search_id_saved_search"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_saved_search_known_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("saved_search_id", "site_id", name=op.f("pk_saved_search_known")),
        sqlite_strict=True,
    )
    op.create_index("ix_saved_search_known_site_id", "saved_search_known", ["site_id"], unique=False)

    op.create_table(
        "saved_search_news",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("saved_search_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("metres", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["saved_search_id"],
            ["saved_search.id"],
            name=op.f("fk_saved_search_news_saved_search_id_saved_search"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_saved_search_news_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search_news")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_search_news_public_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_saved_search_news_saved_search_id_found_at",
        "saved_search_news",
        ["saved_search_id", "found_at"],
        unique=False,
    )
    op.create_index("ix_saved_search_news_site_id", "saved_search_news", ["site_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_saved_search_news_site_id", "saved_search_news")
    op.drop_index("ix_saved_search_news_saved_search_id_found_at", "saved_search_news")

    op.drop_table("saved_search_news")
    op.drop_index("ix_saved_search_known_site_id", "saved_search_known")

    op.drop_table("saved_search_known")
    op.drop_index("ix_saved_search_person_id", "saved_search")

    op.drop_table("saved_search")
    op.drop_column("mail", "unsubscribe_url")
