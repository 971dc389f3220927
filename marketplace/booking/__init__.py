"""Weeks promised to one person only: holds, bookings, and giving them back."""
