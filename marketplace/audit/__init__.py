"""Who did what, when, before and after.

2026-11: an event is written by the action itself, in the transaction that makes the change, with the words of the
table of permissions. A trigger or a hook on every UPDATE would know neither who asked nor why. Tests walk the
actions and count: one event for each change, none when it was refused.
"""
