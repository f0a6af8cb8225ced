"""Small functions, small files, everything typed and explained, imports where they can be seen."""

import ast
import statistics
import sys
from pathlib import Path

import pytest
from django.apps import apps

from events import DomainEvent
from tests.architecture.ours import APPS, FUNCTION, ROOT, Function, Source, percentile, sources

MAY_IMPORT_INSIDE = {"licences/rendering.py"}


def test_functions_are_short():
    functions = [function for source in sources() for function in source.functions()]
    lengths = [function.lines for function in functions]
    assert [str(function) for function in functions if function.lines > 60] == []
    assert percentile(lengths, 0.95) <= 40
    assert statistics.median(lengths) <= 8


def test_files_are_short():
    files = [source for source in sources() if source.lines]
    assert [(source.name, source.lines) for source in files if source.lines > 500] == []
    assert percentile([source.lines for source in files], 0.95) <= 350


def test_tests_are_short():
    tests = [
        function
        for source in sources("tests")
        for function in source.functions()
        if function.node.name.startswith("test_")
    ]
    assert percentile([function.lines for function in tests], 0.95) <= 25


@pytest.mark.parametrize("app", APPS)
def test_every_signature_is_typed(app):
    untyped = [
        str(function) for source in sources(app) for function in source.functions() if not _typed(function)
    ]
    assert untyped == []


def _typed(function: Function) -> bool:
    arguments = function.node.args
    named = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    given = [argument for argument in named if argument and argument.arg not in {"self", "cls"}]
    return function.node.returns is not None and all(argument.annotation for argument in given)


@pytest.mark.parametrize("app", APPS)
def test_imports_stand_at_the_top(app):
    hidden = [
        f"{function} imports inside"
        for source in sources(app)
        if source.name not in MAY_IMPORT_INSIDE
        for function in source.functions()
        if _imports(function) and not (function.node.name == "ready" and source.path.name == "apps.py")
    ]
    assert hidden == []


def _imports(function: Function) -> bool:
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function.node))


@pytest.mark.parametrize("app", APPS)
def test_every_model_says_what_a_row_means(app):
    models = apps.get_app_config(app).get_models()
    written = {node.name: node for source in sources(app) for node in source.classes()}
    assert [model.__name__ for model in models if not ast.get_docstring(written[model.__name__])] == []


def test_every_event_says_what_happened():
    for event in _descendants(DomainEvent):
        if event.__module__.split(".")[0] in APPS:
            source = Source(Path(sys.modules[event.__module__].__file__))
            (node,) = [found for found in source.classes() if found.name == event.__name__]
            assert ast.get_docstring(node), f"{event.__module__}.{event.__name__}"


def _descendants(base: type) -> set[type]:
    return {found for child in base.__subclasses__() for found in {child, *_descendants(child)}}


@pytest.mark.parametrize("app", APPS)
def test_every_module_of_services_says_what_it_is_for(app):
    services = [
        source
        for source in sources(app)
        if source.path.name == "services.py" or "services" in source.path.parts
    ]
    assert [source.name for source in services if not ast.get_docstring(source.tree)] == []


@pytest.mark.parametrize(
    "app",
    [app for app in APPS if (ROOT / app / "services").exists() or (ROOT / app / "services.py").exists()],
)
def test_services_name_their_front_door(app):
    package = ROOT / app / "services"
    door = Source(package / "__init__.py" if package.is_dir() else package.with_suffix(".py"))
    names = {target.id for node in door.tree.body if isinstance(node, ast.Assign) for target in node.targets}
    assert "__all__" in names


@pytest.mark.parametrize("app", APPS)
def test_nothing_is_left_for_later(app):
    unfinished = [
        f"{source.name}: {word}"
        for source in sources(app)
        for word in ("TODO", "FIXME", "XXX", "raise NotImplementedError")
        if word in source.text
    ]
    assert unfinished == []


@pytest.mark.parametrize("app", APPS)
def test_no_error_is_swallowed(app):
    swallowed = [
        f"{source.name}:{node.lineno}"
        for source in sources(app)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and isinstance(node.body[0], ast.Pass)
    ]
    assert swallowed == []


def test_every_test_asserts_something():
    written = [function for source in sources("tests") for function in source.functions()]
    checking = {function.node.name for function in written if _claims(function.node, CHECKS)}
    silent = [
        str(function)
        for function in written
        if function.node.name.startswith("test_") and not _claims(function.node, CHECKS | checking)
    ]
    assert silent == []


CHECKS = {"raises", "fail", "warns", "django_assert_num_queries", "django_assert_max_num_queries"}


def _claims(function: FUNCTION, checking: set[str]) -> bool:
    """An assert, a check by name (expect, raises, at_most=…), or a function of the tests that makes one."""
    nodes = list(ast.walk(function))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return any(isinstance(node, ast.Assert) for node in nodes) or any(
        _checks(call, checking) for call in calls
    )


def _checks(call: ast.Call, checking: set[str]) -> bool:
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    by_name = name in checking or name.startswith(("assert", "check", "expect", "to_"))
    return by_name or any(keyword.arg == "at_most" for keyword in call.keywords)
