"""`pb move-pictures`: pictures and papers of the state folder, put into the bucket that the settings name."""

import click

from pb.commands.installation import Installation, pass_installation


@click.command()
@pass_installation
def move_pictures(installation: Installation) -> None:
    """Put pictures and papers of the state folder into the bucket of ASAR_MEDIA_S3_BUCKET.

    The folder stays as it is: take it away when pb doctor finds everything in the bucket. It may be run again.
    """
    from pb.media.service.away import Unreachable
    from pb.media.service.store import FOLDER, FolderStore, genuine, store_of

    settings = installation.settings
    if settings.bucket is None:
        raise click.ClickException(
            "ASAR_MEDIA_S3_ENDPOINT is not set: pictures lie in the state folder, and stay there."
        )
    folder, bucket = FolderStore(settings.state_folder / FOLDER), store_of(settings)
    changed, moved = [], 0
    for digest, _put_at in folder.kept():
        data = genuine(folder, digest)
        if data is None:
            changed.append(digest)
            continue
        try:
            bucket.put(data)
        except Unreachable as error:
            raise click.ClickException(
                f"The storage does not answer; {moved} files are there. Run it again."
            ) from error
        moved += 1
    click.echo(f"{moved} files are in {settings.bucket.name}.")
    for digest in changed:
        click.echo(f"FAIL  {folder.folder / digest[:2] / digest}: it is not what its name says, and was left")
    if changed:
        raise SystemExit(1)
