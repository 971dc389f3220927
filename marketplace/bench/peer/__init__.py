"""The same searches asked of PostGIS, in the same run: what a good SQL answer costs.

As far as SQL can say it at a sane price, it answers the same: totals, facets that leave their own filter out,
the first 20 with their documents. benchmarks/README.md says what it leaves out.
"""
