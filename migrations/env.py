"""Alembic's environment. The caller opens the connection, the transaction and the lock: see db/migrate.py."""

from alembic import context

from marketplace.db.base import Base
from marketplace.db.schema import import_all_tables

import_all_tables()
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # Alembic's default for SQLite is False: a kill in the middle would leave half a schema.
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
