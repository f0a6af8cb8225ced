"""What a rating must be: pure."""

from collections.abc import Sequence

from evaluation.states import TAGS, Level

LONGEST_TEXT = 500
SHORTEST_COMPLAINT = 5
MOST_TAGS = 8


def objections_to_rating(level: int, tags: Sequence[str], text: str) -> dict[str, list[str]]:
    """By field: five levels (E-10), tags of that level only (E-11), a bad rating says why (E-12), text <= 500 (E-16)."""
    if level not in Level.values:
        return {"level": ["请从五个等级中选择一个"]}
    chosen = Level(level)
    objections: dict[str, list[str]] = {}
    foreign = [tag for tag in tags if tag not in TAGS[chosen]]
    if foreign or len(tags) > MOST_TAGS:
        objections["tags"] = [f"请只选“{chosen.label}”下的标签"]
    if chosen.is_bad and not tags and len(text.strip()) < SHORTEST_COMPLAINT:
        objections["text"] = ["请选一个原因，或者用几句话说说哪里没办好，我们会核实并回复您"]
    if len(text) > LONGEST_TEXT:
        objections["text"] = [f"意见请不要超过{LONGEST_TEXT}个字"]
    return objections
