"""How Alembic runs here: on the connection and in the transaction that migrate() opened."""

from alembic import context

from screening.records.tables_day import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
