"""What the two sides write to each other about an order, with files."""
