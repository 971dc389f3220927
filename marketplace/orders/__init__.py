"""Booked runs: milestones, payments, records and reviews."""
