"""Demonstration data: invented suppliers in real textile districts, to look around and to show.

2026-11: what the firms say stands in data/*.toml, where a person who knows the trade can correct it without
reading Python. world.py deals it out, from a seed and a date and nothing else; load.py writes it, once, into
an empty database.
"""
