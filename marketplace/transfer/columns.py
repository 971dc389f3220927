"""The columns of each table, and which column of a file is which. Pure."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache

from marketplace.transfer.model import ColumnUse, FileRefused, Table
from marketplace.vocabulary.model import fold


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    required: bool = False
    others: str = ""  # names that other systems use, separated by |


_SITE = Column("site", others="site_name|location_name|plant|unit_name|branch")
_SUPPLIER = Column(
    "supplier_external_id", True, "external_id|supplier_id|supplier|facility_id|os_id|supplier_external_ref"
)
_PROCESS = Column("process", True, "step|operation|service|processes")
_CURRENCY = Column("currency", others="currency_code|devise|valuta")
_TAGS = (
    Column("skills", others="skill|competences|capabilities"),
    Column("materials", others="material|fibres|fibers|fibre|fiber|material_types"),
    Column("products", others="product|product_types|product_type|garments"),
)

COLUMNS: dict[Table, tuple[Column, ...]] = {
    Table.SUPPLIERS: (
        Column("external_id", others="id|supplier_id|facility_id|os_id|reference|ref|supplier_external_id|code"),
        Column(
            "name",
            True,
            "facility_name|supplier_name|factory_name|company|company_name|supplier|facility|factory|organisation"
            "|organization|business_name|vendor|vendor_name|nom|nome|nombre|firma|raison_sociale|ragione_sociale",
        ),
        Column("kind", others="supplier_kind|supplier_type"),
        Column(
            "street",
            others="address|street_address|address_1|address1|address_line_1|address_line1|full_address"
            "|facility_address|addresse|adresse|direccion|indirizzo|endereco|morada|strasse|rue|via",
        ),
        Column("locality", others="city|town|place|city_town|ville|citta|ciudad|cidade|ort|stadt|comune"),
        Column("region", others="state|province|county|state_province|departement|provincia|bundesland"),
        Column("postal_code", others="postcode|zip|zip_code|zipcode|post_code|cap|plz|code_postal|codigo_postal"),
        Column("country", True, "country_code|country_name|pays|paese|pais|land|country_iso|iso_country"),
        Column("lat", others="latitude|geo_lat|y_coordinate|lat_dd"),
        Column("lon", others="lng|long|longitude|geo_lng|geo_lon|x_coordinate|lon_dd"),
        Column("description", others="about|summary|profile|presentation|descrizione|descripcion"),
        *_TAGS,
        Column("certifications", others="certification|certificates|certificate|certs"),
        Column("languages", others="language|spoken_languages|langues|lingue|idiomas"),
        Column("website", others="url|web|web_site|homepage|site_web|sito|www|website_url"),
        _SITE,
        Column("precision", others="geo_precision|geocoding_precision"),
        Column("timezone", others="time_zone|tz"),
        Column("working_days", others="work_days|workdays|open_days"),
        Column("closed", others="closures|closed_days|holidays"),
        Column("machines", others="machine|machinery|equipment"),
        Column("status", others="listing_status"),
        Column("verification", others="verification_level"),
        Column("verified_at", others="verified_on|verification_date"),
    ),
    Table.SERVICES: (
        _SUPPLIER,
        _PROCESS,
        Column("min_quantity", others="minimum|moq|min|minimum_quantity|min_order_quantity|minimum_order_quantity"),
        Column("unit", True, "uom|unit_of_measure"),
        Column("basis", others="scope|min_scope|minimum_scope|per|min_basis"),
        Column("max_quantity", others="maximum|max|maximum_quantity"),
        Column("surcharge_percent", others="surcharge|surcharge_pct"),
        Column("sample_lead_days", others="sample_lead_time|sample_lead_time_days"),
        Column("lead_days", others="lead_time|lead_time_days|first_lead_days"),
        Column("repeat_lead_days", others="repeat_lead_time|repeat_lead_time_days"),
        Column("weekly_capacity", others="capacity|capacity_per_week|usual_week|usual"),
        Column("price_minor", others="unit_price_minor|price_cents"),
        _CURRENCY,
        Column("price_per", others="price_unit"),
        _SITE,
        Column("min_unit", others="minimum_unit"),
        Column("setup_minor", others="setup_price_minor|setup_cents"),
        Column("price_breaks", others="breaks|quantity_breaks"),
        Column("load_min", others="load_minimum|lot_min"),
        Column("load_max", others="load_maximum|lot_max"),
        Column("resource", others="resource_name"),
        Column("resource_unit"),
        Column("rate", others="resource_rate"),
        Column("usual_confirmed", others="confirmed_at|capacity_confirmed"),
        *_TAGS,
        Column("status", others="service_status"),
        Column("note", others="notes|remark|remarks|comment"),
    ),
    Table.CAPACITY: (
        _SUPPLIER,
        _PROCESS,
        Column("week_start", True, "week|monday|iso_week|week_of|week_starting"),
        Column("open_quantity", True, "open|quantity|capacity|open_capacity|available"),
        Column("unit", True, "uom|unit_of_measure"),
        _SITE,
    ),
    Table.PLACEMENTS: (
        _SUPPLIER,
        _SITE,
        Column("external_id", others="id|placement_id|reference|ref|placement_external_id"),
        _PROCESS,
        Column("skill", others="skill_taught|skills|skills_taught"),
        Column("seats", True, "places|openings|positions"),
        Column("seats_taken", others="places_taken|taken"),
        Column("starts_on", True, "start|start_date|starts"),
        Column("months", True, "duration_months|length_months"),
        Column("wage_minor", others="wage|wage_cents|pay_minor"),
        _CURRENCY,
        Column("wage_per", others="wage_period|per"),
        Column("hours_week", others="hours|hours_per_week|weekly_hours"),
        Column("level", others="experience_level"),
        Column("mentor", others="teacher|taught_by"),
        Column("languages", others="language"),
        Column("access", others="access_notes|accessibility"),
        Column("closes_on", others="closing_date|apply_by|deadline"),
        Column("status", others="placement_status"),
        Column("note", others="notes|remark|remarks|comment|description"),
    ),
}

# Columns of other systems' lists that say nothing we keep. Named in the preview as ignored.
_IGNORED = frozenset(
    "sector|sectors|processing_type|processing_types|facility_type|facility_types|facility_processing_type|type"
    "|product_category|parent_company|parent|contributor|contributors|number_of_workers|workers|worker_count"
    "|employees|employee_count|female_workers|contact|contact_name|contact_person|contact_email|email|e_mail|phone"
    "|phone_number|telephone|tel|mobile|fax|native_language_name|name_local|local_name|created_at|updated_at"
    "|date|last_updated|source|tier|brand|brands|buyer|buyers|row|row_number|number|no|isic|duns|lei|distance_km"
    "|claimed|is_closed|opening_date|moq_text|extra|comments|slug|public_id|geo_source|geocoder".split("|")
)
_ADDRESS = ("street", "locality", "region", "postal_code")


@dataclass(frozen=True, slots=True)
class Header:
    """Which cell of a row is which column. `width` counts the header's cells, unnamed ones at the end left out."""

    uses: tuple[ColumnUse, ...]
    index: dict[str, int]
    width: int


def names_of(table: Table) -> list[str]:
    """The columns of a table in the order of an export."""
    return [column.name for column in COLUMNS[table]]


def known_count(table: Table, cells: list[str]) -> int:
    """How many of the cells are names of columns: what separators are judged by."""
    known = _names(table)
    return sum(_key(cell) in known for cell in cells)


def read_header(table: Table, cells: tuple[str, ...], line: int) -> Header:
    """Say what each column is.

    Errors: FileRefused that lists every wrong name, with close spellings, and every missing one.
    """
    cells = tuple(cell.strip() for cell in cells)
    while cells and not cells[-1]:
        cells = cells[:-1]
    known = _names(table)
    index: dict[str, int] = {}
    uses: list[ColumnUse] = []
    wrong: list[str] = []
    for at, cell in enumerate(cells):
        key = _key(cell)
        column = known.get(key)
        if column is None:
            if cell and key not in _ignored() and not cell.lower().startswith("x_"):
                wrong.append(_unknown(table, cell))
            uses.append(ColumnUse(cell, ""))
            continue
        if column in index:
            first = cells[index[column]]
            both = (
                f"“{first[:40]}” stands twice"
                if _key(first) == key
                else f"“{first[:40]}” and “{cell[:40]}” are both {column}"
            )
            wrong.append(f"{both}: remove one of them")
        index.setdefault(column, at)
        uses.append(ColumnUse(cell, column))
    missing = _missing(table, index)
    if wrong or missing:
        raise FileRefused(_explain(table, list(cells), wrong, missing), line)
    return Header(tuple(uses), index, len(cells))


def _missing(table: Table, index: dict[str, int]) -> list[str]:
    missing = [column.name for column in COLUMNS[table] if column.required and column.name not in index]
    if table is Table.SUPPLIERS:
        if ("lat" in index) != ("lon" in index):
            missing.append("lon (a lat needs one)" if "lat" in index else "lat (a lon needs one)")
        elif "lat" not in index and not any(name in index for name in _ADDRESS):
            missing.append("lat and lon, or street or locality")
    return missing


def _explain(table: Table, cells: list[str], wrong: list[str], missing: list[str]) -> str:
    likelier = max(Table, key=lambda other: known_count(other, cells))
    sentences = []
    if not known_count(likelier, cells):
        return f"No column name is known; the first line must name columns such as {', '.join(names_of(table)[:8])}."
    if missing:
        sentences.append(f"Missing: {', '.join(missing)}.")
    if wrong:
        sentences.append(f"{'; '.join(wrong[:12])}.")
    if known_count(likelier, cells) > known_count(table, cells):
        sentences.append(f"These look like the columns of {likelier}.")
    sentences.append(f"Columns of {table}: {', '.join(names_of(table))}.")
    return " ".join(sentences)


def _unknown(table: Table, cell: str) -> str:
    if not cell:
        return "a column in the middle has no name"
    known = _names(table)
    close = difflib.get_close_matches(_key(cell)[:60], known, n=1, cutoff=0.7)
    hint = f"; did you mean {known[close[0]]}?" if close else " (rename it to start with x_ to have it ignored)"
    return f"“{cell[:40]}” is not a column of {table}{hint}"


@cache
def _names(table: Table) -> dict[str, str]:
    names = {_key(column.name): column.name for column in COLUMNS[table]}
    for column in COLUMNS[table]:
        for other in filter(None, column.others.split("|")):
            names.setdefault(_key(other), column.name)
    return names


@cache
def _ignored() -> frozenset[str]:
    return frozenset(_key(name) for name in _IGNORED)


def _key(text: str) -> str:
    """Case, accents, spaces and underscores make no difference."""
    return fold(text).replace(" ", "")
