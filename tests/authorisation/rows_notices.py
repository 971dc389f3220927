"""Notices, and calendars for other programs."""

from __future__ import annotations

from typing import Any

from personas import STUDIO, SUPPLIER
from rows import Row
from rows_accounts import KEEPS_NOTHING, the_studio, the_workshop
from world import World

from marketplace.feeds import store as feeds
from marketplace.notices import store as notices
from marketplace.notices.model import Frequency, Setting


def a_notice(world: World) -> dict[str, Any]:
    with world.database.writing() as db:
        person = world.people["designer"]
        notices.tell_person(db, person.id, "example", "Something happened.", "/help", world.now)
        return {"public_id": notices.list_page(db, person.id, limit=1)[0].public_id}


def a_stop_link(world: World, name: str = "designer", frequency: Frequency = Frequency.DAILY) -> dict[str, Any]:
    with world.database.writing() as db:
        return {"token": notices.put_setting(db, world.people[name].id, Setting(frequency)).stop_token}


def a_used_stop_link(world: World) -> dict[str, Any]:
    return a_stop_link(world, "supplier other", Frequency.NEVER)


def a_calendar(world: World) -> dict[str, Any]:
    token = "c" * 43
    with world.database.writing() as db:
        feeds.put(db, world.organisations[SUPPLIER], token, world.now)
    return {"token": token}


def a_workshop_with_a_calendar(world: World) -> dict[str, Any]:
    world.values(a_calendar)
    return the_workshop(world)


ROWS = [
    Row("notices.notices"),
    Row("notices.setting"),
    Row("notices.setting_post", "POST", form={"frequency": "never", "timezone": "Europe/Rome"}),
    Row("notices.mark_all_read", "POST", events=0),
    Row("notice_links.ask_to_stop", make=a_stop_link),
    Row("notice_links.stop", "POST", make=a_stop_link),
    Row("notice_links.start", "POST", make=a_used_stop_link),
    Row("notices_api.notices"),
    Row("calendars.own", also=KEEPS_NOTHING),
    Row("calendars.create", "POST", make=the_studio, parties={STUDIO}),
    Row("calendars.create", "POST", make=the_workshop, parties={SUPPLIER}),
    Row("calendars.remove", "POST", make=a_workshop_with_a_calendar, parties={SUPPLIER}),
    Row("calendars.read", make=a_calendar),
    *(
        Row(endpoint, "POST", make=a_notice, owner="designer", events=0)  # to have read something changes nothing
        for endpoint in ("notices.mark_read", "notices.open_notice", "notices_api.read")
    ),
]
