"""First tables"""

import sqlalchemy as sa
from alembic import op

from marketplace.db import IsoDate, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sqlite_strict=True,
    )
    op.create_index("ix_attempt_key_at", "attempt", ["key", "at"], unique=False)

    op.create_table(
        "change",
        sa.Column("seq", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
        sqlite_strict=True,
    )
    op.create_index("ix_change_xid", "change", ["xid"], unique=False)

    op.create_table(
        "mail",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sqlite_strict=True,
    )
    op.create_index("ix_mail_sent_at_not_before", "mail", ["sent_at", "not_before"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('supplier', 'studio')", name=op.f("ck_organisation_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisation_public_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_apprentice", sa.Boolean(), nullable=False),
        sa.Column("is_moderator", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("suspended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "mail_token",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("purpose IN ('reset', 'confirm')", name=op.f("ck_mail_token_purpose")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mail_token_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_mail_token")),
        sqlite_strict=True,
    )
    op.create_index("ix_mail_token_person_id", "mail_token", ["person_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'staff')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", name=op.f("pk_membership")),
        sqlite_strict=True,
    )
    op.create_index("ix_membership_organisation_id", "membership", ["organisation_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_session_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
        sqlite_strict=True,
    )
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)

    op.create_table(
        "studio",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("lat_e7", sa.BigInteger(), nullable=True),
        sa.Column("lon_e7", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(lat_e7 IS NULL) = (lon_e7 IS NULL)", name=op.f("ck_studio_point")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_studio_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_studio")),
        sqlite_strict=True,
    )
    op.create_table(
        "supplier",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("verified_at", IsoDate(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('published', 'paused', 'closed')", name=op.f("ck_supplier_status")),
        sa.CheckConstraint(
            "verification IN ('self_declared', 'document_seen', 'visited')", name=op.f("ck_supplier_verification")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_supplier_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("external_id", name=op.f("uq_supplier_external_id")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_supplier_organisation_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_supplier_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_supplier_slug")),
        sqlite_strict=True,
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("valid_from", IsoDate(), nullable=True),
        sa.Column("valid_to", IsoDate(), nullable=True),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_certificate_dates")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_certificate_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sqlite_strict=True,
    )
    op.create_index("ix_certificate_supplier_id", "certificate", ["supplier_id"], unique=False)

    op.create_table(
        "machine",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("width_cm", sa.BigInteger(), nullable=True),
        sa.Column("gauge", sa.BigInteger(), nullable=True),
        sa.Column("load_min_kg", sa.BigInteger(), nullable=True),
        sa.Column("load_max_kg", sa.BigInteger(), nullable=True),
        sa.Column("heads", sa.BigInteger(), nullable=True),
        sa.Column("colours", sa.BigInteger(), nullable=True),
        sa.Column("field_cm", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_machine_count")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_machine_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine")),
        sqlite_strict=True,
    )
    op.create_index("ix_machine_supplier_id", "machine", ["supplier_id"], unique=False)

    op.create_table(
        "site",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("lat_e7", sa.BigInteger(), nullable=True),
        sa.Column("lon_e7", sa.BigInteger(), nullable=True),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("working_days", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "precision IN ('confirmed', 'exact', 'street', 'postcode', 'town', 'none')", name=op.f("ck_site_precision")
        ),
        sa.CheckConstraint("(lat_e7 IS NULL) = (lon_e7 IS NULL)", name=op.f("ck_site_point")),
        sa.CheckConstraint("lat_e7 BETWEEN -900000000 AND 900000000", name=op.f("ck_site_lat")),
        sa.CheckConstraint("lon_e7 BETWEEN -1800000000 AND 1800000000", name=op.f("ck_site_lon")),
        sa.CheckConstraint("working_days BETWEEN 1 AND 127", name=op.f("ck_site_working_days")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_site_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("public_id", name=op.f("uq_site_public_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_site_supplier_id", "site", ["supplier_id"], unique=False)

    op.create_table(
        "supplier_tag",
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint("facet IN ('skill', 'material', 'product', 'language')", name=op.f("ck_supplier_tag_facet")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_tag_supplier_id_supplier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("supplier_id", "facet", "value", name=op.f("pk_supplier_tag")),
        sqlite_strict=True,
    )
    op.create_table(
        "closure",
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", IsoDate(), nullable=False),
        sa.Column("last_day", IsoDate(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_closure_days")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_closure_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "first_day", name=op.f("pk_closure")),
        sqlite_strict=True,
    )
    op.create_table(
        "placement",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("seats_taken", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", IsoDate(), nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=False),
        sa.Column("wage_minor", sa.BigInteger(), nullable=True),
        sa.Column("wage_currency", sa.Text(), nullable=True),
        sa.Column("wage_per", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'paused', 'filled', 'closed')", name=op.f("ck_placement_status")),
        sa.CheckConstraint("wage_per IS NULL OR wage_per IN ('hour', 'month')", name=op.f("ck_placement_wage_per")),
        sa.CheckConstraint("(wage_minor IS NULL) = (wage_currency IS NULL)", name=op.f("ck_placement_wage")),
        sa.CheckConstraint("seats >= 1 AND seats_taken BETWEEN 0 AND seats", name=op.f("ck_placement_seats")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_placement_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_placement_public_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_placement_site_id", "placement", ["site_id"], unique=False)

    op.create_table(
        "resource",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("usual", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "unit IN ('piece', 'metre', 'kg', 'minute', 'load', 'style', 'm2')", name=op.f("ck_resource_unit")
        ),
        sa.CheckConstraint("usual >= 0", name=op.f("ck_resource_usual")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_resource_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("public_id", name=op.f("uq_resource_public_id")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_resource_site_id_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "service",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=True),
        sa.Column("load_minimum", sa.BigInteger(), nullable=True),
        sa.Column("load_maximum", sa.BigInteger(), nullable=True),
        sa.Column("sample_lead_days", sa.BigInteger(), nullable=True),
        sa.Column("first_lead_days", sa.BigInteger(), nullable=True),
        sa.Column("repeat_lead_days", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("unit_minor", sa.BigInteger(), nullable=True),
        sa.Column("setup_minor", sa.BigInteger(), nullable=False),
        sa.Column("price_per", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('published', 'paused')", name=op.f("ck_service_status")),
        sa.CheckConstraint(
            "unit IN ('piece', 'metre', 'kg', 'minute', 'load', 'style', 'm2')", name=op.f("ck_service_unit")
        ),
        sa.CheckConstraint("(currency IS NULL) = (unit_minor IS NULL)", name=op.f("ck_service_price")),
        sa.CheckConstraint("(load_minimum IS NULL) = (load_maximum IS NULL)", name=op.f("ck_service_load")),
        sa.CheckConstraint("load_minimum > 0 AND load_minimum <= load_maximum", name=op.f("ck_service_load_order")),
        sa.CheckConstraint("maximum > 0", name=op.f("ck_service_maximum")),
        sa.CheckConstraint("unit_minor >= 0 AND setup_minor >= 0", name=op.f("ck_service_price_sign")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_service_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("public_id", name=op.f("uq_service_public_id")),
        sa.UniqueConstraint("site_id", "process", name=op.f("uq_service_site_id_process")),
        sqlite_strict=True,
    )
    op.create_table(
        "capacity_week",
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("monday", IsoDate(), nullable=False),
        sa.Column("offered", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("offered >= 0", name=op.f("ck_capacity_week_offered")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_capacity_week_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "monday", name=op.f("pk_capacity_week")),
        sqlite_strict=True,
    )
    op.create_table(
        "minimum_rule",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("atoms", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("surcharge_percent", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "basis IN ('order', 'style', 'colour', 'style_and_colour', 'size', 'design', 'warp', 'lot')",
            name=op.f("ck_minimum_rule_basis"),
        ),
        sa.CheckConstraint(
            "unit IN ('piece', 'metre', 'kg', 'minute', 'load', 'style', 'm2')", name=op.f("ck_minimum_rule_unit")
        ),
        sa.CheckConstraint("atoms > 0", name=op.f("ck_minimum_rule_atoms")),
        sa.CheckConstraint("surcharge_percent BETWEEN 0 AND 500", name=op.f("ck_minimum_rule_surcharge")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_minimum_rule_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minimum_rule")),
        sa.UniqueConstraint("service_id", "basis", "unit", name=op.f("uq_minimum_rule_service_id_basis_unit")),
        sqlite_strict=True,
    )
    op.create_table(
        "price_break",
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("from_quantity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("from_quantity > 0 AND unit_minor >= 0", name=op.f("ck_price_break_sign")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_price_break_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "from_quantity", name=op.f("pk_price_break")),
        sqlite_strict=True,
    )
    op.create_table(
        "resource_use",
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("rate > 0", name=op.f("ck_resource_use_rate")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_resource_use_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_resource_use_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_resource_use")),
        sqlite_strict=True,
    )
    op.create_index("ix_resource_use_resource_id", "resource_use", ["resource_id"], unique=False)

    op.create_table(
        "service_tag",
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint("facet IN ('skill', 'material', 'product', 'language')", name=op.f("ck_service_tag_facet")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_tag_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "facet", "value", name=op.f("pk_service_tag")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("service_tag")
    op.drop_index("ix_resource_use_resource_id", "resource_use")

    op.drop_table("resource_use")
    op.drop_table("price_break")
    op.drop_table("minimum_rule")
    op.drop_table("capacity_week")
    op.drop_table("service")
    op.drop_table("resource")
    op.drop_index("ix_placement_site_id", "placement")

    op.drop_table("placement")
    op.drop_table("closure")
    op.drop_table("supplier_tag")
    op.drop_index("ix_site_supplier_id", "site")

    op.drop_table("site")
    op.drop_index("ix_machine_supplier_id", "machine")

    op.drop_table("machine")
    op.drop_index("ix_certificate_supplier_id", "certificate")

    op.drop_table("certificate")
    op.drop_table("supplier")
    op.drop_table("studio")
    op.drop_index("ix_session_person_id", "session")

    op.drop_table("session")
    op.drop_index("ix_membership_organisation_id", "membership")

    op.drop_table("membership")
    op.drop_index("ix_mail_token_person_id", "mail_token")

    op.drop_table("mail_token")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_index("ix_mail_sent_at_not_before", "mail")

    op.drop_table("mail")
    op.drop_index("ix_change_xid", "change")

    op.drop_table("change")
    op.drop_index("ix_attempt_key_at", "attempt")

    op.drop_table("attempt")
