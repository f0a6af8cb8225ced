"""Every state has an owner of the next move, and an end is an end."""

from importlib import import_module

import pytest
from django.apps import apps

from common.states import Party, machine_field, machines

MACHINES = machines(apps.get_models())
names = [model.__name__ for model in MACHINES]


@pytest.mark.parametrize("model", MACHINES, ids=names)
def test_every_state_says_whose_move_it_is(model):
    turn = import_module(f"{model._meta.app_label}.states").TURN[model.__name__]
    assert set(turn) == {value for value, _ in machine_field(model).flatchoices}
    assert set(turn.values()) <= set(Party)


@pytest.mark.parametrize("model", MACHINES, ids=names)
def test_an_end_is_where_nobody_moves(model):
    states = import_module(f"{model._meta.app_label}.states")
    turn, final = states.TURN[model.__name__], states.FINAL[model.__name__]
    assert final == {status for status, party in turn.items() if party == Party.NOBODY}


@pytest.mark.parametrize("model", MACHINES, ids=names)
def test_rules_are_not_hidden_in_the_decorators(model):
    transitions = list(machine_field(model).get_all_transitions(model))
    assert transitions
    assert [found.name for found in transitions if found.conditions or found.permission] == []


@pytest.mark.parametrize("model", MACHINES, ids=names)
def test_only_services_move_it(model):
    assert machine_field(model).protected


def test_there_are_machines():
    assert {"Application", "DepartmentReview"} <= set(names)
