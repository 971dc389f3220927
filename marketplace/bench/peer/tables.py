from __future__ import annotations

SCHEMA = "selvedge_bench"

# A service repeats what searches ask of its site, so that most need no join. What a run may need of capacity lies
# in `cap`: prefix sums over weeks. `opens`: for each week from which work may start, the first open day with
# something to offer, counted from the first Monday. Rules without a surcharge are what can refuse: the first three
# stand in the row, each with its place in the run's array of shares.
CREATE = f"""
DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
CREATE SCHEMA {SCHEMA};
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
CREATE TABLE site (
    id integer NOT NULL, kind integer NOT NULL, verified boolean NOT NULL, name text COLLATE "C" NOT NULL,
    external_id text COLLATE "C" NOT NULL, languages integer[] NOT NULL, tags integer[] NOT NULL, lead integer,
    geog geography(Point, 4326), ts tsvector NOT NULL);
CREATE TABLE service (
    site integer NOT NULL, kind integer NOT NULL, verified boolean NOT NULL, name text COLLATE "C" NOT NULL,
    external_id text COLLATE "C" NOT NULL, languages integer[] NOT NULL,
    process integer, skill integer[] NOT NULL, material integer[] NOT NULL, product integer[] NOT NULL,
    tags integer[] NOT NULL, unit smallint, maximum bigint,
    at1 smallint, least1 bigint, at2 smallint, least2 bigint, at3 smallint, least3 bigint,
    dyes boolean NOT NULL, load_low bigint, load_high bigint, lead integer, calendar_unit smallint, rate integer,
    cap bigint[], opens smallint[]);
CREATE TABLE certificate (site integer NOT NULL, scheme integer NOT NULL, first date NOT NULL, last date NOT NULL);
CREATE TABLE page (site integer NOT NULL, document text NOT NULL);
CREATE TABLE vocab (word text COLLATE "C" NOT NULL, documents integer NOT NULL);
"""

INDEX = """
ALTER TABLE site ADD PRIMARY KEY (id);
CREATE INDEX ON site USING gin (ts) WITH (fastupdate = off);
CREATE INDEX ON site USING gist (geog);
CREATE INDEX ON site (kind);
CREATE INDEX ON service (site);
CREATE INDEX ON service (process);
CREATE INDEX ON service (kind);
CREATE INDEX ON service USING gin (tags) WITH (fastupdate = off);
CREATE INDEX ON certificate (scheme, site, first, last);
CREATE INDEX ON certificate (site, scheme, first, last);
ALTER TABLE page ADD PRIMARY KEY (site);
INSERT INTO vocab SELECT word, ndoc FROM ts_stat('SELECT ts FROM site');
CREATE UNIQUE INDEX ON vocab (word);
CREATE INDEX ON vocab USING gin (word gin_trgm_ops);
"""

SETTINGS = """
SET search_path = selvedge_bench, public;
SET jit = off;
SET work_mem = '256MB';
SET random_page_cost = 1.1;
SET max_parallel_workers_per_gather = 0;
SET pg_trgm.similarity_threshold = 0.2;
"""
