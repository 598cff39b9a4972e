"""The page of the audit log."""

from pb.audit.views.log import blueprint

__all__ = ["blueprint"]
