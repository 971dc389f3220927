"""Suppliers: firms, their sites, the services of each site and the rules of the runs they take.

2026-11: skills, materials and products hold for the whole firm or for one service only; a search that asks
for a skill and a process finds the service that has both. Minimum runs are rules, not one number: the trade
argues about "per", so each rule states its basis, and rules.py judges a run against all of them.
"""
