"""Two-way reviews: after a completed order each side says how it went, shown once both have or nobody can any more."""
