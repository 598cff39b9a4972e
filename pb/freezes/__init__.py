"""What the triggers of 0002_frozen refuse, room by room. Released rules never change: a later migration has its own."""
