"""PostgreSQL databases for tests: one for each process, wiped and renamed after a test instead of made anew.

Making a database from a template and dropping it takes a fifth of a second, a wipe some milliseconds. A database whose
tables a test has altered is dropped; the new name keeps whoever is left over from the test before out of it.
"""

from __future__ import annotations

import os
from itertools import count

from databases import admin, with_database
from sqlalchemy import NullPool, create_engine, text

_numbers = count()
_MOST_WIPES = 100  # what is deleted stays in the files: tables grow
# In a schema of its own, so that nobody takes it for the product's. A trigger on events and going round the foreign
# keys take a superuser, as does stopping other people's connections.
_WIPE = """
DROP SCHEMA IF EXISTS wiping, kept CASCADE;
CREATE SCHEMA wiping;
CREATE SCHEMA kept;
DO $$
DECLARE name text; has_rows boolean;
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO has_rows;
        IF has_rows THEN EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', name); END IF;
    END LOOP;
END $$;
CREATE TABLE wiping.numbers AS
    SELECT format('public.%I', sequencename)::regclass AS counter, start_value, last_value FROM pg_sequences;
CREATE SEQUENCE wiping.altered;
CREATE FUNCTION wiping.note_altered() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM nextval('wiping.altered'); END $$;
CREATE FUNCTION wiping.wipe() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    IF (SELECT is_called FROM wiping.altered) THEN RETURN false; END IF;
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0 LOOP
        EXECUTE format('DELETE FROM public.%I', name);
    END LOOP;
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'kept'::regnamespace LOOP
        EXECUTE format('INSERT INTO public.%1$I TABLE kept.%1$I', name);
    END LOOP;
    PERFORM setval(counter, coalesce(last_value, start_value), last_value IS NOT NULL) FROM wiping.numbers;
    RETURN true;
END $$;
CREATE EVENT TRIGGER altered ON ddl_command_end EXECUTE FUNCTION wiping.note_altered();
CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION wiping.note_altered();
"""


def make_wipeable(url: str) -> None:
    """Prepare a template: what is made from it can be wiped."""
    _run(url, _WIPE)


class Databases:
    """Databases of one server, made from one template. `wipes`: how often the one in use was wiped."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._spare: str | None = None
        self.wipes = 0

    def take(self) -> str:
        """The address of one that is as the template."""
        name = f"selvedge_{os.getpid()}_{next(_numbers)}"
        if self._spare:
            admin(self._server, f"ALTER DATABASE {self._spare} RENAME TO {name}")
        else:
            admin(self._server, f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy")
        self._spare, self.wipes = None, self.wipes + 1 if self._spare else 0
        return with_database(self._server, name)

    def give_back(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        if self.wipes < _MOST_WIPES and _run(url, "SELECT wiping.wipe()"):
            self._spare = name
        else:
            admin(self._server, f"DROP DATABASE {name} WITH (FORCE)")


def _run(url: str, statements: str) -> object:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.execute(text(statements.replace(":", r"\:")))
        return result.scalar() if result.returns_rows else None
