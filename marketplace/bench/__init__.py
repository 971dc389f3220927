"""Benchmarks on generated suppliers: how fast, how large, how exact, beside others in the same run.

Nothing of the running system imports this; `selvedge bench` does. What each figure means stands in
benchmarks/README.md.
"""
