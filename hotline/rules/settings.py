"""What a number may be set to."""

from typing import Any

__all__ = ["objections_to_value"]


def objections_to_value(name: str, value: Any) -> list[str]:
    """No target of 100 % for satisfaction or solution (H-162); weights of the whole sum to one (H-164)."""
    if name == "score_weights":
        return _of_weights(value)
    if name == "targets":
        return _of_targets(value)
    return []


def _of_weights(value: Any) -> list[str]:
    if not isinstance(value, dict) or not all(isinstance(part, int | float) for part in value.values()):
        return ["权重要写成“指标: 数字”"]
    return [] if abs(sum(value.values()) - 1) < 1e-9 else ["各项权重之和要等于 1"]


def _of_targets(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return ["目标值要写成“指标: 比例”"]
    too_high = [name for name in ("M-08", "M-09", "M-10") if float(value.get(name, 0)) >= 1]
    return [f"{name} 不能把目标定为 100%" for name in too_high]
