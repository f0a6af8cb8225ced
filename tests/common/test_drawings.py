"""The drawing of a machine says what the code does."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django.test.utils import isolate_apps
from django_fsm import RETURN_VALUE, FSMField, transition

from common import constraints, states
from common.management.commands import draw_states


def lamp_model():
    class Lamp(models.Model):
        state = FSMField(
            default="off", choices=[("off", "关"), ("on", "开"), ("broken", "坏")], protected=True
        )

        class Meta:
            app_label = "common"
            verbose_name = "灯"

        def __str__(self):
            return self.state

        @transition(field=state, source="off", target="on")
        def switch_on(self): ...

        @transition(field=state, source="on", target=RETURN_VALUE("off", "broken"))
        def switch_off(self): ...

        @transition(field=state, source="+", target="broken")
        def smash(self): ...

    return Lamp


@pytest.fixture
def lamp():
    with isolate_apps("common"):
        yield lamp_model()


def test_every_state_transition_and_end_is_drawn(lamp):
    assert states.mermaid(lamp).splitlines() == [
        "stateDiagram-v2",
        "    off: 关",
        "    on: 开",
        "    broken: 坏",
        "    [*] --> off",
        "    off --> broken: smash",
        "    off --> on: switch_on",
        "    on --> broken: smash",
        "    on --> broken: switch_off",
        "    on --> off: switch_off",
        "    broken --> [*]",
    ]


def test_a_stale_drawing_is_refused_and_a_fresh_one_is_not(lamp, tmp_path, monkeypatch):
    monkeypatch.setattr(draw_states.apps, "get_models", lambda: [lamp])
    with pytest.raises(CommandError, match=r"Lamp\.md; run: make states"):
        call_command("draw_states", "--check", "--folder", tmp_path, stdout=StringIO())
    call_command("draw_states", "--folder", tmp_path, stdout=StringIO())
    call_command("draw_states", "--check", "--folder", tmp_path, stdout=StringIO())
    assert "off --> on: switch_on" in (tmp_path / "Lamp.md").read_text()


def test_constraints_speak_of_fields_together():
    pair = constraints.both_or_neither("at", "by", name="pair")
    assert pair.condition == models.Q(at__isnull=True, by__isnull=True) | models.Q(
        at__isnull=False, by__isnull=False
    )
    one = constraints.exactly_one("person", "organisation", name="one")
    assert one.condition == models.Q(person__isnull=False, organisation__isnull=True) | models.Q(
        person__isnull=True, organisation__isnull=False
    )
