"""Which columns there are. Shapes are of one row; rows are the last axis of the stored arrays.

What is used as an index has 64 bits: numpy converts others each time, which takes three times as long as the look-up.
"""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.search.columns.table import Spec
from marketplace.units import Unit, Week
from marketplace.vocabulary.model import Basis

WEEKS = 27  # half a year of weeks in columns; what they can't settle is decided by the documents
RULES = 3  # minimum rules of a service in columns; a service with more is `odd`
NAME_WORDS = 3  # 8 bytes of the folded name each: alphabetical order without reading documents

UNITS = {unit: number for number, unit in enumerate(Unit)}
BASES = {basis: number for number, basis in enumerate(Basis)}
SOFT = 64  # added to the code of a rule that takes less at a surcharge
NO_RULE = NO_UNIT = 255
NONE = -1
HUGE = 1 << 62
NEVER, EVER = 0, date.max.toordinal()  # the ends of a certificate without dates

SITES: Spec = {
    "site_id": ("i8", ()),
    "supplier_id": ("i8", ()),
    "live": ("?", ()),  # false once the supplier was changed or taken out
    "has_point": ("?", ()),
    "lat_e7": ("i4", ()),
    "lon_e7": ("i4", ()),
    "xyz": ("f8", (3,)),  # metres from the Earth's centre
    "verified": ("?", ()),
    "teaches": ("i4", ()),  # ordinal of the last day somebody may learn there; 0: nobody
    "name": ("u8", (NAME_WORDS,)),
    "first_service": ("i8", ()),
    "services": ("i4", ()),
    "first_value": ("i8", ()),
    "values": ("i4", ()),
    "first_cert": ("i8", ()),
    "certs": ("i4", ()),
}
SERVICES: Spec = {
    "site": ("i8", ()),
    "condition": ("i8", ()),
    "lead": ("i4", ()),
    "calendar": ("i8", ()),
    "price_group": ("i8", ()),  # orders by currency, then unit; -1 without a price
    "price_per": ("u1", ()),
    "price_unit": ("i8", ()),
    "price_setup": ("i8", ()),
    "price_breaks": ("?", ()),  # has price breaks: priced by its document
    "first_value": ("i8", ()),
    "values": ("i4", ()),
}
# What a run is judged by. Amounts are round numbers, so that many services have the same: each is here once.
CONDITIONS: Spec = {
    "offers": ("?", ()),  # false for the placeholder of a site that lists no service
    "odd": ("?", ()),  # decided by its document
    "unit": ("u1", ()),
    "dyes": ("?", ()),  # one load never mixes colours
    "maximum": ("i8", ()),
    "rule": ("u1", (RULES,)),
    "least": ("i8", (RULES,)),
    "percent": ("i4", (RULES,)),
    "load_low": ("i8", ()),  # 0: no load limits
    "load_high": ("i8", ()),
    "rate": ("i8", ()),
    "calendar_unit": ("u1", ()),  # NO_UNIT where no weeks are published
}
CALENDARS: Spec = {
    "confirmed": ("i4", ()),  # ordinal day, 0 when never
    "goes_on": ("?", ()),  # offers something after the weeks of the columns
    "per_day": ("i8", (WEEKS,)),  # scaled atoms on each open day of a week
    "open": ("u1", (WEEKS,)),  # the open days of a week, Monday is bit 0
    "before": ("i8", (WEEKS + 1,)),  # scaled atoms of all earlier weeks of the columns
}
VALUES: Spec = {"value": ("u2", ())}
CERTS: Spec = {"site": ("i8", ()), "scheme": ("u2", ()), "first": ("i4", ()), "last": ("i4", ())}


def first_monday(today: date) -> date:
    """The first week of the columns of a snapshot made today: the running one, and the one before for time zones."""
    return Week.containing(today - timedelta(days=7)).monday
