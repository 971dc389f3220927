"""Mail: queued in the transaction that causes it, sent by the worker, spooled to a folder by default."""
