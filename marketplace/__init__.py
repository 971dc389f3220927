"""Selvedge: who can make this small run, near here, by then, and why.

Suppliers publish three things as numbers: the smallest runs they take, what they can do, and what they have
open each week. A search judges every supplier by those numbers and says the reasons.

Five ideas hold the house together:

1. A folder is a feature, and a file's name is its role. Learn the roles once and you know where to look.
2. The features stand in one order, `FEATURES` below. A feature imports only what stands before it, so any of
   them can be read with nothing but the features above it in mind.
3. What decides is pure. Minimum rules, weeks, the search's decisions and explanations get the day and the
   rows as arguments; they touch no database, clock, chance or network, and tests of them take milliseconds.
4. The SQL of a feature stands in one file, its store. Other features call the store or the actions; none
   reads another's tables.
5. One action is one write transaction, and one place commits: `Database.writing()` in db/engine.py.

Roles, by file name; a role is left out where there is nothing to say:

    model.py       frozen dataclasses, enums, identifiers
    rules.py       pure decisions (also decide, relax, order, words, explain, document, query, render)
    reading.py     rows as the store selects them, to values of the model, pure
    tables.py      tables as typed classes, with their constraints
    store.py       every SELECT, INSERT, UPDATE, DELETE; find_x answers None, get_x raises NotFound, list_x is ordered
    actions.py     what people do, in the trade's verbs: open the transaction, load, decide, save, note the change
    forms.py       typed text to typed values, with a sentence for each wrong field
    views.py       values for templates, pure
    pages.py       HTML routes
    api.py         JSON routes, with explicit lists of fields
    jobs.py        what the worker does

The features, in order:

    units        quantities in whole atoms of a unit, money in minor units, weeks by their Monday
    text         what people type: what is kept, what is refused and why
    errors       the errors a person can put right, each with a status and a slug
    resources    where templates, static files and migrations are, in a checkout and in a wheel
    db           the engine gate, reading and writing, column types, migrations
    settings     SELVEDGE_... variables, typed, all wrong ones reported at once
    places       points, geodesic distances, the offline gazetteer and the geocoders
    vocabulary   kinds, processes, skills, materials, products, certificates, with aliases in six languages
    changes      the log of changed suppliers that the search index follows
    audit        who did what to which object, written with the change
    mail         the queue, SMTP, the spool folder
    web          what every route shares: the running system, errors, security headers, static files
    accounts     people, signing in, and the one table of who may do what
    idempotency  one effect for each key of a client
    notices      what people are told, in their account and by mail
    files        private files: tech packs, and what threads carry
    suppliers    firms, sites, services, and the minimum-run rules
    capacity     weekly calendars, closures, and the day a run is ready
    booking      weeks promised to one person only: holds, bookings, and giving them back
    search       documents, queries, decisions, reasons, relaxations, the index, the search page
    alerts       saved searches: news by mail and by Atom feed
    placements   paid training places
    applications applications to them, from the draft to the accepted place
    learning     skills logs, signed exports of them, and skills at risk
    briefs       what a designer wants made, in versions; shortlists
    enquiries    briefs put to suppliers, threads, quotes, acceptance
    orders       booked runs: milestones, payments, records, reviews
    waiting      waiting lists for freed weeks, offers at short notice
    routes       production routes: the best chains of suppliers, exactly, and the smallest change where none fits
    pools        several designers fill one lot: pledges, closing, shares of the set-up
    feeds        calendars that other programs read
    moderation   reports, verification, merged listings, the audit trail
    privacy      one's own data: a copy of it, and erasing the account
    listings     a supplier's public page, and the pages on which its owner keeps it
    transfer     import and export of tables
    demo         the demonstration data
    site         front page, help, glossary, health, sitemap, the description of the API
    wiring       the running system, put together from the settings
    checks       the invariants that `selvedge verify` goes through
    app          the web application
    bench        benchmarks on generated suppliers
    cli          the command line

tests/test_architecture.py checks the order and the ideas that a program can check.
"""

FEATURES: tuple[str, ...] = (
    "units",
    "text",
    "errors",
    "resources",
    "db",
    "settings",
    "places",
    "vocabulary",
    "changes",
    "audit",
    "mail",
    "web",
    "accounts",
    "idempotency",
    "notices",
    "files",
    "suppliers",
    "capacity",
    "booking",
    "search",
    "alerts",
    "placements",
    "applications",
    "learning",
    "briefs",
    "enquiries",
    "orders",
    "waiting",
    "routes",
    "pools",
    "feeds",
    "moderation",
    "privacy",
    "listings",
    "transfer",
    "demo",
    "site",
    "wiring",
    "checks",
    "app",
    "bench",
    "cli",
)
