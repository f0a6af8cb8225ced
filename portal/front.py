"""What the home page shows: the bundles by life stage, and one of them as a picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bundles.planning import Plan, clean, plan
from bundles.selectors import bundles, definition_of
from bundles.spec import Definition, Figures

#: The order in which life, of a person or of a firm, meets the government. Others come last.
LIFE_STAGES = ("出生", "教育", "就业社保", "助残", "退休", "准入准营", "经营发展", "退出")

AUDIENCES = ("personal", "enterprise")

#: A picture on the home page is glanced at: more columns or matters than this are not.
GLANCE_STAGES, GLANCE_MATTERS = 3, 8


@dataclass(frozen=True)
class LifeStage:
    """One stage of life and what can be done in it."""

    name: str
    bundles: tuple[Definition, ...]


@dataclass(frozen=True)
class Showcase:
    """One bundle as an example of what "one thing" saves."""

    definition: Definition
    plan: Plan

    @property
    def before(self) -> Figures:
        return self.definition.before

    @property
    def after(self) -> Figures:
        return self.definition.after

    @property
    def departments(self) -> int:
        return len({matter.department for matter in self.plan.matters})


def home(audience: str) -> dict[str, Any]:
    """The context of portal/home.html."""
    audience = audience if audience in AUDIENCES else AUDIENCES[0]
    mine = [offer for offer in bundles() if offer.definition.audience == audience]
    return {
        "audience": audience,
        "stages": by_life_stage(offer.definition for offer in mine),
        "showcase": showcase(tuple(offer.version_id for offer in mine)),
    }


def by_life_stage(definitions: Iterable[Definition]) -> list[LifeStage]:
    """Bundles grouped by life stage, in the order of life."""
    stages: dict[str, list[Definition]] = {}
    for definition in definitions:
        stages.setdefault(definition.life_stage, []).append(definition)
    return [LifeStage(name, tuple(stages[name])) for name in sorted(stages, key=_place_in_life)]


def _place_in_life(stage: str) -> tuple[int, str]:
    return (LIFE_STAGES.index(stage) if stage in LIFE_STAGES else len(LIFE_STAGES), stage)


@lru_cache(maxsize=8)
def showcase(versions: tuple[int, ...]) -> Showcase | None:
    """Of the bundles that a glance can take in, the one that joins the most departments."""
    examples = [_example(definition_of(version)) for version in versions]
    clear = [one for one in examples if one is not None and _is_clear(one.plan)]
    return max(clear, key=lambda one: (one.departments, one.before.visits), default=None)


def _example(definition: Definition) -> Showcase | None:
    """The bundle with the answers of its first scenario."""
    if not definition.scenarios:
        return None
    answers = clean(definition, definition.scenarios[0].answers).answers
    return Showcase(definition, plan(definition, answers))


def _is_clear(planned: Plan) -> bool:
    return 1 < len(planned.stages) <= GLANCE_STAGES and len(planned.matters) <= GLANCE_MATTERS
