"""What is read before a meeting: papers of its agenda, or of one of its points."""
