"""The budget of a village, settlement or okrug: codes, amounts, identities and annexes (Budget Code of 2025)."""
