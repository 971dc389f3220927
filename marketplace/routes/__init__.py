"""Production routes: who weaves, dyes, cuts, sews and presses a run, in which order, by when and at what cost.

What is asked is a `Problem`: steps, the offers for each of them, and limits. What comes back is an `Answer`: the
best routes, exactly, and where nothing fits the smallest single change that opens one. All of it is pure.
"""
