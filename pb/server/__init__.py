"""Serving: processes that share one address, and connections that no slow stranger can hold open (docs/adr/0013)."""
