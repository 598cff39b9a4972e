"""Why a backup is not made or not restored."""


class BackupFault(Exception):
    """A backup cannot be made, believed or restored. Its text is for whoever runs the command."""
