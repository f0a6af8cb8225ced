"""What a plan means for one person: what can be fetched, what is known already."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bundles.conditions import Answers
from bundles.planning import Plan, PlannedMaterial
from bundles.planning.materials import MaterialStatus, status_of
from bundles.planning.reading import is_blank
from bundles.spec import Source
from exchange.services import Prefilled, Subject, check_shared, prefill
from identity.selectors import Standing
from licences.selectors import held

#: The source in the files that means: answered a moment ago, in the questions.
FROM_QUESTIONS = "情形引导答案"


@dataclass(frozen=True)
class Circumstances:
    """None means nobody has looked: for a visitor every status is the one the paper's source promises."""

    held: frozenset[str] | None = None
    shared_ok: Mapping[str, bool] | None = None
    prefilled: Mapping[str, Prefilled] = field(default_factory=dict)

    def status_of(self, material: PlannedMaterial) -> MaterialStatus:
        return status_of(material, held=self.held, shared_ok=self.shared_ok)


VISITOR = Circumstances()


def circumstances(plan: Plan, answers: Answers, standing: Standing) -> Circumstances:
    """Licences held, shared data that answers, values the registers know: one question to each of them."""
    subject = _subject(plan, standing)
    if subject is None:
        return VISITOR
    return Circumstances(
        held=_held(plan, subject),
        shared_ok=_shared(plan, subject),
        prefilled=_prefilled(plan, answers, subject),
    )


def _subject(plan: Plan, standing: Standing) -> Subject | None:
    """A company's own only when there is no doubt which company."""
    if plan.definition.audience != "personal" and len(standing.organisation_ids) == 1:
        return Subject(standing.person_id, next(iter(standing.organisation_ids)))
    return Subject(standing.person_id) if standing.person_id else None


def _held(plan: Plan, subject: Subject) -> frozenset[str]:
    wanted = {paper.licence_type or paper.name for paper in plan.materials if paper.source is Source.LICENCE}
    persons = [subject.person_id] if subject.person_id else []
    organisations = [subject.organisation_id] if subject.organisation_id else []
    return frozenset(held(persons, organisations, wanted)) if wanted else frozenset()


def _shared(plan: Plan, subject: Subject) -> dict[str, bool]:
    names = [
        paper.name for paper in plan.materials if paper.source is Source.SHARED and not paper.awaited_from
    ]
    return {name: found.available for name, found in check_shared(subject, names).items()}


def _prefilled(plan: Plan, answers: Answers, subject: Subject) -> dict[str, Prefilled]:
    wanted = [
        (asked.key, str(asked.type), asked.prefill)
        for asked in (planned.field for planned in plan.visible_fields)
        if asked.prefill and asked.prefill != FROM_QUESTIONS and is_blank(answers.get(asked.key))
    ]
    return prefill(subject, wanted) if wanted else {}
