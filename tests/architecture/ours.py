"""The source of the house, as the architecture tests read it."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())
APPS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file of ours."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text()

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def tree(self) -> ast.Module:
        return parsed(self.path)

    def functions(self) -> Iterator["Function"]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, FUNCTION):
                yield Function(self, node)

    def classes(self) -> Iterator[ast.ClassDef]:
        """Every class, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))


@dataclass(frozen=True)
class Function:
    """A function and where it stands."""

    source: Source
    node: FUNCTION

    @property
    def lines(self) -> int:
        return self.node.end_lineno - self.node.lineno + 1

    def __str__(self) -> str:
        return f"{self.source.name}:{self.node.lineno} {self.node.name}"


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def sources(*packages: str) -> list[Source]:
    """Our own modules, migrations aside."""
    found = [path for package in packages or APPS for path in (ROOT / package).rglob("*.py")]
    return [Source(path) for path in sorted(found) if "migrations" not in path.parts]


def percentile(numbers: list[int], share: float) -> int:
    """The number that this share of them does not pass."""
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * share))]
