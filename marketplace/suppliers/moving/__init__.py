"""Moving what one listing has to another that is the same firm, and back."""
