"""`pb territory`: a raion or an okrug begins with two people, of two bodies. Everybody else comes by them."""

import click

from pb.commands import territory_facts, territory_founding, territory_tree
from pb.commands.spoken import speaking


@click.group()
@speaking
def territory() -> None:
    """The territories of this installation, and the two people that each begins with."""


for command in (
    *(territory_tree.import_file, territory_tree.list_all, territory_tree.show),
    *(territory_facts.address, territory_facts.population, territory_facts.decision),
    *(territory_facts.office, territory_facts.settlement),
    *(territory_founding.found, territory_founding.found_raion, territory_founding.add, territory_founding.invite),
):
    territory.add_command(command)
