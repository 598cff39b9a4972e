"""In which roles somebody acted, as the log keeps it, in words."""

from pb.act import Role
from pb.identity.service.roles import LABELS


def acted_as(roles: str) -> str:
    """The names of the roles of an event; empty where it has none: the platform, or somebody without a role."""
    return ", ".join(str(LABELS[Role(role)]) for role in roles.split(",") if role)
