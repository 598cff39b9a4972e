"""The registrar process: it alone opens sealed codes, and gives them to nobody but the voter whose IIN is in them."""
