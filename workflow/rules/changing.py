"""
Changing what the form says while departments are at work (I-112). Pure.

Only what leaves the plan as it is can be changed: other matters or other papers would be
another application. Reviews that use a changed box begin anew, the others keep.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bundles.planning import Plan, PlannedField, clean, missing, plan
from bundles.planning.reading import is_blank
from bundles.spec import Definition
from common.speaking import SEMICOLON, listed_text, local_text
from workflow.rules.drafting import DELIVERY_ADDRESS, DELIVERY_KEYS, changes_between
from workflow.rules.submission import files_among
from workflow.states import APPLICATION_FINAL, DECISIONS
from workflow.states import ApplicationStatus as A
from workflow.states import ReviewStatus as R

if TYPE_CHECKING:
    from workflow.models import Application, DepartmentReview

#: Boxes that say how results arrive: they have a verb of their own.
_DELIVERY = frozenset({*DELIVERY_KEYS, DELIVERY_ADDRESS})
_AT_WORK = frozenset({R.ASSIGNED, R.IN_PROGRESS})


@dataclass(frozen=True)
class Change:
    """The form as it would read: its answers, which boxes differ, what is wrong, and the plan before and after."""

    answers: dict[str, Any]
    boxes: tuple[PlannedField, ...]
    before: Plan
    after: Plan
    #: What cannot be read, was taken away and must be there, or is not to be changed here.
    errors: dict[str, list[str]] = field(default_factory=dict)
    #: What the change asks for besides.
    lacking: dict[str, list[str]] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """The boxes that differ, by key."""
        return [box.field.key for box in self.boxes]

    @property
    def files(self) -> dict[str, str]:
        """The new files by box; one that was taken away is none."""
        named = files_among(self.after.definition, self.answers)
        return {key: named[key] for key in self.keys if key in named}

    @property
    def labels(self) -> list[str]:
        """The same, as people read them."""
        return [box.field.label for box in self.boxes]

    def concerned(self, reviews: Iterable["DepartmentReview"]) -> list["DepartmentReview"]:
        """The reviews that use a changed box; a box no matter names in particular is everybody's."""
        codes = {code for box in self.boxes for code in box.field.used_by}
        for_all = any(not box.field.used_by for box in self.boxes)
        return [review for review in reviews if for_all or review.code in codes]


def changeable(planned: Plan) -> list[PlannedField]:
    """The boxes that may be changed; the delivery is changed apart."""
    return [box for box in planned.visible_fields if box.field.key not in _DELIVERY]


def read_change(definition: Definition, said: Mapping[str, Any], typed: Mapping[str, Any]) -> Change:
    """What was said, with what is typed in its place; a blank takes an answer back."""
    before = plan(definition, said)
    cleaned = clean(definition, {**said, **typed})
    after, answers = _settled(definition, before, cleaned.answers)
    boxes = {box.field.key: box for planned in (before, after) for box in changeable(planned)}
    strange = {key: [_("这一项不能在这里修改")] for key in typed if key not in boxes}
    differing = [box for key, box in boxes.items() if said.get(key) != answers.get(key)]
    asked = {key: list(reasons) for key, reasons in missing(after, answers).items() if key in boxes}
    emptied = {key: reasons for key, reasons in asked.items() if not is_blank(said.get(key))}
    lacking = {key: reasons for key, reasons in asked.items() if key not in emptied}
    wrong = {key: list(reasons) for key, reasons in cleaned.errors.items()}
    return Change(answers, tuple(differing), before, after, emptied | wrong | strange, lacking)


def _settled(definition: Definition, before: Plan, answers: dict[str, Any]) -> tuple[Plan, dict[str, Any]]:
    """The plan, and the answers without those whose boxes the change has taken off the form."""
    shown = {box.field.key for box in before.visible_fields}
    while True:
        after = plan(definition, answers)
        gone = (shown - {box.field.key for box in after.visible_fields}) & answers.keys()
        if not gone:
            return after, answers
        answers = {key: value for key, value in answers.items() if key not in gone}


def objections_to_changing_now(
    application: "Application", reviews: Collection["DepartmentReview"]
) -> list[str]:
    """During handling: from submission until everything is decided."""
    closed = APPLICATION_FINAL | {A.DRAFT, A.DECIDED, A.HANDED_OVER}
    if application.status in closed or all(review.is_final for review in reviews):
        return [_("全部事项都已经有结果，填写内容不能再改；需要改的，请拿结果向办理部门申请变更")]
    return []


def objections_to_another_plan(change: Change) -> list[str]:
    """Other matters or papers are another application."""
    if _shape(change.before) == _shape(change.after):
        return []
    what = listed_text(changes_between(change.before, change.after), SEMICOLON)
    return [
        _("这样修改以后要办的事项或者材料会不同（%(what)s）。请撤回后重新申请，原来的材料可以接着用。")
        % {"what": what}
    ]


def _shape(planned: Plan) -> tuple[frozenset[Any], ...]:
    matters = {(one.code, one.depends_on, one.site_inspection) for one in planned.matters}
    papers = {(one.name, one.needed_by, one.awaited_from) for one in planned.materials}
    return frozenset(matters), frozenset(papers)


def objections_to_changing(concerned: Iterable["DepartmentReview"]) -> list[str]:
    """A decision rests on what was said; so does a special procedure until it ends."""
    objections = []
    for review in concerned:
        if review.status in DECISIONS:
            objections.append(
                _("“%(name)s”用到这项内容，已经有了决定。请在拿到结果后向%(department)s申请变更。")
                % {"name": local_text(review.name), "department": local_text(review.department.name)}
            )
        if review.status == R.SPECIAL_PROCEDURE:
            objections.append(
                _("“%(name)s”用到这项内容，正在特别程序中，请等程序结束后再改。")
                % {"name": local_text(review.name)}
            )
    return objections


def to_restart(concerned: Sequence["DepartmentReview"]) -> list["DepartmentReview"]:
    """Those somebody has begun or may have begun; whoever has not will read the new words anyway."""
    return [review for review in concerned if review.status in _AT_WORK]


def former(said: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """What stood in these boxes; an empty one is left out."""
    return {key: said[key] for key in keys if not is_blank(said.get(key))}
