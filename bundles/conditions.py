"""
Conditions of a bundle, written in CEL (Common Expression Language).

An unanswered key is not bound, so a condition is true, false, or undetermined:
`false && unbound` is false, `true && unbound` is undetermined. Every other
error is a defect of the bundle and raises.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import cel

Answers = Mapping[str, Any]

_UNBOUND = re.compile(r"Undefined variable or function: '([^']+)'")
#: `rows.exists(row, …)` binds `row`, which CEL still lists among the variables.
_MACRO_VARIABLE = re.compile(r"\.(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")


class ConditionDefect(ValueError):
    """A condition that does not compile, or fails for another reason than a missing answer."""

    def __init__(self, source: str, reason: object) -> None:
        super().__init__(f"{source}：{reason}")
        self.source = source


class Undetermined(Exception):
    """What a condition says depends on answers not yet given."""

    def __init__(self, unbound: tuple[str, ...]) -> None:
        super().__init__(*unbound)
        self.unbound = unbound


@dataclass(frozen=True)
class Verdict:
    """What a condition says of some answers; `unbound` is empty once it is determined."""

    holds: bool
    unbound: tuple[str, ...] = ()

    @property
    def is_undetermined(self) -> bool:
        return bool(self.unbound)


ALWAYS = Verdict(holds=True)


@dataclass(frozen=True)
class Condition:
    """One compiled expression."""

    source: str
    program: cel.Program

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The answers it reads."""
        bound_inside = set(_MACRO_VARIABLE.findall(self.source))
        return tuple(key for key in self.program.variables() if key not in bound_inside)

    def judge(self, answers: Answers) -> Verdict:
        """Only `True` itself holds; any other value does not."""
        try:
            return Verdict(holds=self.result(answers) is True)
        except Undetermined as undetermined:
            return Verdict(holds=False, unbound=undetermined.unbound)

    def result(self, answers: Answers) -> Any:
        """What CEL makes of these answers; Undetermined when that depends on answers not yet given."""
        bound = {key: answers[key] for key in self.keys if key in answers}
        try:
            return self.program.execute(bound)
        except Exception as error:
            unbound = tuple(key for key in self.keys if key not in bound)
            named = _UNBOUND.match(str(error))
            if named and named[1] in unbound:
                raise Undetermined(unbound) from None
            raise ConditionDefect(self.source, error) from error


@lru_cache(maxsize=8192)
def compiled(source: str) -> Condition:
    """The condition of this text; ConditionDefect when CEL cannot read it."""
    try:
        return Condition(source, cel.compile(source))
    except ValueError as error:
        raise ConditionDefect(source, error) from error


def judge(source: str | None, answers: Answers) -> Verdict:
    """No condition always holds."""
    return compiled(source).judge(answers) if source else ALWAYS


def keys_in(*sources: str | None) -> Sequence[str]:
    """Every answer these conditions read, each once, in order."""
    return list(dict.fromkeys(key for source in sources if source for key in compiled(source).keys))
