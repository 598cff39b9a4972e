"""Making, sealing, signing, loading and verifying backups."""
