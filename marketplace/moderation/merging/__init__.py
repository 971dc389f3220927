"""Two listings that are one firm: found, put side by side, merged, and parted again.

2026-11: one listing stays, the other is closed and keeps its external id and its address: imports that name it match
it and change nothing, and its old page leads to the one that stays. What moved is written down, so that undoing gives
back just that.

2026-11: a listing with open enquiries, holds or orders is not merged away: somebody counts on it by its name.
"""
