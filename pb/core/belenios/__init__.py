"""The Belenios voting protocol, crypto version 1, from its published specification (version 2.0).

Homomorphic questions with blank votes, mandatory ("Single") trustees, the group BELENIOS-2048, the archive byte for
byte, and a verifier that trusts nothing. Names are the specification's; docstrings name its sections.
"""
