"""What nobody can reach is not there: every service is called by a page, a verb, a command, a beat, an event or another service."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.ours import APPS, FUNCTION, ROOT, parsed

#: Offered and called by nothing yet, each with its reason.
SHUT: dict[str, str] = {
    "licences.end_licence": "撤销 and 注销 are cases of their own (I-143) and have no page yet",
    "licences.revoke_seal": "an organ's seal is withdrawn by an operator and has no page yet",
    "licences.trusted_authorities": "for whoever examines a seal, in tests and outside",
    "matters.index_entry": "what the search keeps of one matter, for whoever looks into it",
}
WITH_SERVICES = [app for app in APPS if (ROOT / app / "services" / "__init__.py").exists()]


def services_of(app: str) -> list[str]:
    """The functions an app's services offer: small letters; what they take and give back has a capital."""
    tree = parsed(ROOT / app / "services" / "__init__.py")
    (names,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    return [name for name in ast.literal_eval(names) if name.islower()]


@cache
def words_of(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"\b[a-z_]+\b", path.read_text()))


def callers_of(app: str, name: str) -> list[Path]:
    """Files of ours that use it, but for the lists of services."""
    files = [
        path for other in APPS for path in (ROOT / other).rglob("*.py") if "migrations" not in path.parts
    ]
    lists = [path for path in files if path.parts[-2:] == ("services", "__init__.py")]
    named = [path for path in files if path not in lists and name in words_of(path)]
    return [path for path in named if not _defines(path, app, name) or _uses(path, name)]


def _uses(path: Path, name: str) -> bool:
    """The module it is written in calls it too, from a function that has a caller of its own."""
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for node in ast.walk(parsed(path))
    )


def _defines(path: Path, app: str, name: str) -> bool:
    if path.relative_to(ROOT).parts[:2] != (app, "services") or name not in words_of(path):
        return False
    return any(isinstance(node, FUNCTION) and node.name == name for node in parsed(path).body)


@pytest.mark.parametrize("app", WITH_SERVICES)
def test_every_service_has_a_door(app):
    shut = [name for name in services_of(app) if not callers_of(app, name)]
    assert [name for name in shut if f"{app}.{name}" not in SHUT] == []


def test_the_list_of_exceptions_names_nothing_that_is_gone():
    assert {f"{app}.{name}" for app in WITH_SERVICES for name in services_of(app)} >= set(SHUT)
