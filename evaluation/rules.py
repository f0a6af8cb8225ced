"""What a rating must be: pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.speaking import local_text
from evaluation.states import TAGS, Level

if TYPE_CHECKING:
    from identity.selectors import Standing
    from workflow.models import Application

LONGEST_TEXT = 500
SHORTEST_COMPLAINT = 5
MOST_TAGS = 8


def objections_to_rating(level: int, tags: Sequence[str], text: str) -> dict[str, list[str]]:
    """By field: five levels (E-10), tags of that level only (E-11), a bad rating says why (E-12), text <= 500 (E-16)."""
    if level not in Level.values:
        return {"level": [_("请从五个等级中选择一个")]}
    chosen = Level(level)
    objections: dict[str, list[str]] = {}
    foreign = [tag for tag in tags if tag not in TAGS[chosen]]
    if foreign or len(tags) > MOST_TAGS:
        objections["tags"] = [_("请只选“%(label)s”下的标签") % {"label": local_text(chosen.label)}]
    if chosen.is_bad and not tags and len(text.strip()) < SHORTEST_COMPLAINT:
        objections["text"] = [_("请选一个原因，或者用几句话说说哪里没办好，我们会核实并回复您")]
    if len(text) > LONGEST_TEXT:
        objections["text"] = [_("意见请不要超过%(n)s个字") % {"n": LONGEST_TEXT}]
    return objections


def objections_to_details(details: Sequence[Mapping[str, object]], matters: Collection[str]) -> list[str]:
    """A level for single matters is for matters of this application, each once (E-05)."""
    named = [str(detail["matter"]) for detail in details]
    unknown = [
        _("这次办理没有事项“%(name)s”") % {"name": local_text(name)}
        for name in dict.fromkeys(named)
        if name not in matters
    ]
    return unknown + ([_("每个事项只评价一次")] if len(named) != len(set(named)) else [])


def objections_to_rater(application: "Application", who: "Standing") -> list[str]:
    """Staff never rate, unless they were the citizen who was served (E-36)."""
    if who.posts and (who.person_id is None or application.applicant_person_id != who.person_id):
        return [_("工作人员不能评价办件，也不能代替申请人评价")]
    return []
