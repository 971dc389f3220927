"""Private files: tech packs and whatever threads carry."""
