"""Programs that state weeks by the API, for the tests and for the processes they start."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def a_monday(weeks: int = 4) -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 * weeks - today.weekday())


def body(offered: int, weeks: int = 4) -> dict[str, Any]:
    return {"weeks": [{"week_start": a_monday(weeks).isoformat(), "offered": offered}]}


def put(client: FlaskClient, path: str, token: str, content: dict[str, Any], key: str | None) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key is not None else {})
    return client.put(path, json=content, headers=headers)


def main(url: str, data: str, path: str, token: str, keys: int, start: float, out: str) -> None:
    """Send one call for each key, all processes the same ones from one moment on; write what was answered."""
    import time

    from marketplace.app import create_app
    from marketplace.settings import Settings
    from marketplace.wiring import build_system

    system = build_system(Settings(data_dir=Path(data), database_url=url, secret_key="t" * 32))
    client = create_app(system).test_client()
    client.get("/api/v1/openapi.json")
    while time.time() < start:
        pass
    answers = {}
    for number in range(keys):
        key = f"key-{number}"
        while True:
            answer = put(client, path, token, body(10 + number), key)
            if answer.status_code != 503:  # the database is busy: a client tries again with the same key
                break
        answers[key] = [answer.status_code, answer.text]
    Path(out).write_text(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:5], int(sys.argv[5]), float(sys.argv[6]), sys.argv[7])
