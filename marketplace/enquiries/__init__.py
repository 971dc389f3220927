"""Briefs put to suppliers, what the two sides say, quotes, and what came of them.

2026-11: every enquiry ends: quoted, declined with a reason, or closed by the worker when the time for an answer
is over. Nobody waits for an answer that never comes.
"""
