"""Alembic migrations of the tables of engine and monitors."""
