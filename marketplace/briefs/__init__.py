"""What a designer wants made, in versions; shortlists."""
