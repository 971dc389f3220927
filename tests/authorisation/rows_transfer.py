"""Lists that moderators import."""

from __future__ import annotations

import io
import re
from typing import Any

from rows import Row
from world import World

_LIST = b"external_id,name,country,lat,lon\nwalk-1,Sartoria Importata,IT,43.88,11.1\n"
_SENT = {"table": "suppliers", "filename": "list.csv"}


def _upload(_world: World) -> dict[str, Any]:
    return {"table": "suppliers", "file": (io.BytesIO(_LIST), "list.csv")}


def a_parked_list(world: World) -> dict[str, Any]:
    data = {"csrf_token": world.csrf, **_upload(world)}
    client = world.app.test_client(use_cookies=False)
    headers = {"Cookie": f"selvedge={world.cookies['moderator']}"}
    page = client.post("/moderation/import", data=data, headers=headers)
    found = re.search(r"/moderation/import/([0-9a-f]{32})", page.text)
    assert found, page.status_code
    return {"token": found[1]}


ROWS = [
    Row("transfer.upload"),
    Row("transfer.check", "POST", form=_upload, events=0),
    Row("transfer.confirm", "POST", make=a_parked_list, form=_SENT),
]
