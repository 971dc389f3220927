"""The solver of routes, measured on generated offers."""
