"""The database: SQLite by default, PostgreSQL by URL, one way to read and one way to write.

2026-11: the stock SQLite of several systems loses committed writes in WAL mode (fixed in 3.51.3), so the
engine is chosen by a gate at start; see engine.py. Every table is STRICT: a lax SQLite accepts 'abc' in an
integer column and every CHECK on it passes.
"""

from marketplace.db.base import Base, EnumText, IsoDate, UtcDateTime
from marketplace.db.engine import Database, Watch, open_database

__all__ = ["Base", "Database", "EnumText", "IsoDate", "UtcDateTime", "Watch", "open_database"]
