"""Under which name others see a person, and whether they do at all: said once, for whatever query shows people."""

from sqlalchemy import case, literal_column

from bot.store.models import Person

# A literal: PostgreSQL takes two parameters for two expressions, of which one could then not group by the other.
shown_name = case((Person.hidden, literal_column("''")), else_=Person.name)
"""The name that others see; empty for whoever is hidden, which cards show as `someone`."""

is_listed = Person.forgotten_at.is_(None)
"""Whether a person stands in the list of a board. Whoever was forgotten keeps their rank there, and it stays vacant."""
