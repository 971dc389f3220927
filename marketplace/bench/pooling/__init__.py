"""Designers who pledge and withdraw around a minimum while closings fire, are killed, and what the database says."""
