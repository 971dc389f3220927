"""The change log: which supplier changed, written in the transaction that changed it.

2026-11: rows carry no payload; a reader re-reads the truth when it applies them. On PostgreSQL sequence
order is not commit order: a reader that remembers "the last number seen" loses rows (measured: 14,576 of
25,430). There the position is a transaction id below which everything has ended; newer rows are read again
and skipped by number. So a change is seen by the next reader at once, and a late committer is never missed.

A row says of what kind the change was: everything, or weeks alone, which change most often and are a small part of
a supplier. It is the writer's word: who changes more than resources, weeks, closures and what draws on them never
records `weeks_only`.

What is older than a week goes when a snapshot of the index is made. The log knows where it begins: a reader that
stands before it is told to read everything.
"""
