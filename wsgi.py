"""The WSGI application, for any server: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`.

Migrates at start (one process migrates, others wait). Mail is sent by `selvedge worker`.
"""

import gc

from marketplace.app import create_app
from marketplace.db import migrate
from marketplace.settings import load_settings
from marketplace.wiring import build_system

_system = build_system(load_settings()[0])
migrate.upgrade(_system.database)
app = create_app(_system)

# What stands now stands for good: collections need not walk it again, and pages shared after a fork stay shared.
gc.collect()
gc.freeze()
