"""One effect for each key of a client: the answer is stored with the effect."""
