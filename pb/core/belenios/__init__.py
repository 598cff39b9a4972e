"""The Belenios voting protocol, crypto version 1, from its published specification (version 2.0).

Homomorphic and non-homomorphic questions, mandatory and threshold trustees, verifiable shuffles, three groups, the
archive byte for byte, and a verifier that trusts nothing. Names are the specification's; docstrings name its sections.

For other programs: `from pb.core.belenios import verify`, described in docs/verification.md.
"""

from pb.core.belenios.report import Report
from pb.core.belenios.verify import verify

__all__ = ["Report", "verify"]
