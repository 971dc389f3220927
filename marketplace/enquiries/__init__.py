"""Briefs put to suppliers, threads, quotes and their acceptance."""
