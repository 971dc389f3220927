"""Processes that race for the same weeks, are killed, and what the database says afterwards."""
