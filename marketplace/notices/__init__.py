"""What people are told, in their account and by mail."""
