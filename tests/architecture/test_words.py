"""Glossary, section 7: words that say nothing, or mean something else here, are in no name we define."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.ours import APPS, FUNCTION, Source, sources

WHOLE = {"case", "item", "task", "process", "order"}
WITHIN = {"data", "info", "manager", "helper", "helpers", "util", "utils", "license", "licenses"}
#: Names of the glossary and of the HTTP contract.
AGREED = {"DataCheck", "data_check", "data_checks"}
#: What Django and its companions look for under this name.
PRESCRIBED = {
    "get_context_data",
    "get_form_kwargs",
    "initial_data",
    "cleaned_data",
    "validated_data",
    "get_paginated_response_schema",
    "use_in_migrations",
    "base_manager_name",
    "default_manager_name",
}


def names(source: Source) -> Iterator[tuple[str, int]]:
    """Modules, classes, functions, and what a class keeps."""
    yield source.path.stem, 1
    for node in ast.walk(source.tree):
        if isinstance(node, FUNCTION):
            yield node.name, node.lineno
        if isinstance(node, ast.ClassDef):
            yield node.name, node.lineno
            yield from _kept(node)


def _kept(node: ast.ClassDef) -> Iterator[tuple[str, int]]:
    for part in node.body:
        targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
        yield from ((target.id, part.lineno) for target in targets if isinstance(target, ast.Name))


def words(name: str) -> list[str]:
    """DataCheck and data_check alike: ["data", "check"]."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def is_wrong(name: str) -> bool:
    said = words(name)
    return name not in AGREED | PRESCRIBED and ("_".join(said) in WHOLE or bool(WITHIN & set(said)))


@pytest.mark.parametrize("app", APPS)
def test_names_say_what_they_mean(app):
    wrong = [
        f"{source.name}:{line} {name}"
        for source in sources(app)
        for name, line in names(source)
        if is_wrong(name)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["Case", "item", "user_data", "OrderManager", "LicenseType", "string_utils"])
def test_a_word_we_do_not_use_is_found(name):
    assert is_wrong(name)


@pytest.mark.parametrize(
    "name", ["HotlineOrder", "task_code", "DataCheck", "Licence", "database", "request_correction"]
)
def test_a_word_of_the_glossary_is_not(name):
    assert not is_wrong(name)
