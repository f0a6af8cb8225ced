"""Under which names licences are kept and looked for."""

AMENDED = "（变更后）"
EITHER = "或"


def licence_type_name(result_name: str) -> str:
    """食品经营许可证（变更后） is a 食品经营许可证."""
    return result_name.removesuffix(AMENDED)


def answering_to(wanted: str) -> list[str]:
    """The types that serve where this is asked for: 执业许可证或营业执照 is served by either."""
    name = licence_type_name(wanted)
    return [name, *(name.split(EITHER) if EITHER in name else [])]


def masked_number(number: str) -> str:
    """Enough to compare with a paper in the hand: the first and last four, or two of a short one."""
    kept = 4 if len(number) > 10 else 2
    return number[:kept] + "*" * max(len(number) - 2 * kept, 0) + number[-kept:]
