"""What every page and JSON route shares: the running system, who may do what, errors, security headers."""
