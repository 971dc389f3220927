"""Reports, verification, merged listings, the audit trail."""
