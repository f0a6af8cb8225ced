"""What the models declare to be unique is a constraint of the database of the same name, and so are their indexes."""

import pytest
from django.apps import apps
from django.db import connection, models

pytestmark = pytest.mark.django_db


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]


def names(sql: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def is_plain(constraint: models.UniqueConstraint) -> bool:
    """PostgreSQL keeps it as a constraint; one with a condition or an expression is an index alone."""
    special = (constraint.condition, constraint.expressions, constraint.include, constraint.opclasses)
    return not any(special)


def test_a_unique_constraint_of_a_model_is_one_of_the_database():
    """A migration that builds only the index would leave RemoveConstraint with nothing to drop."""
    declared = {
        one.name
        for model in ours()
        for one in model._meta.constraints
        if isinstance(one, models.UniqueConstraint) and is_plain(one)
    }
    assert "evaluation_once_a_handling" in declared
    assert declared - names("SELECT conname FROM pg_constraint WHERE contype = 'u'") == set()


def test_an_index_of_a_model_is_one_of_the_database_and_is_used():
    declared = {one.name for model in ours() for one in model._meta.indexes}
    valid = "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indisvalid"
    assert declared
    assert declared - names(valid) == set()
