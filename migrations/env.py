"""Runs migrations on the connection that `pb.migrations` hands over, each in a transaction of its own."""

from alembic import context

from pb.migrations import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata(),
    render_as_batch=False,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
