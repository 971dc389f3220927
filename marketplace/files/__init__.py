"""Private files: tech packs, and whatever threads carry.

Bytes lie in the data folder under a random name, their row in the database. Bytes come first: they are written to a
temporary file and flushed, and only in the transaction that adds their row do they get the name under which they are
read. A kill at any moment leaves nothing but a file that no row knows, which the worker removes after a day.

There is no route here. A feature serves its files itself, after its own check, with `actions.send`.
"""
