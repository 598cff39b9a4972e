"""Backups: a consistent copy of the database, the keys sealed apart from it, a signed manifest; and the way back."""
