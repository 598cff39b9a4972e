"""What every store of files raises where it lies elsewhere."""

from pb.jobs import service as jobs


class Unreachable(jobs.Later):
    """The store does not answer, or not to us."""
