"""What the two sides write to each other; questions whose answers everybody asked about the brief reads."""
