"""Waiting lists for freed weeks; offers at short notice."""
