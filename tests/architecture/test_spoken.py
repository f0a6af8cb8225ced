"""What an applicant may read is asked of gettext: a refusal in plain Chinese fails here (decision 15)."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest

from portal.languages import CHINESE_SIGN
from portal.wording import CALLS, CITIZENS_CODE
from tests.architecture.ours import FUNCTION, ROOT, Source

#: Apps on the applicant's path; of the hotline, what citizens may meet (portal.wording.CITIZENS_CODE).
APPS = (
    "common", "identity", "files", "exchange", "notifications", "licences", "bundles", "workflow", "hotline",
    "evaluation", "portal",
)  # fmt: skip
#: Read only by those who work here, or by machines: their pages and the API are always Chinese.
CHINESE_READERS = {
    "*/migrations/*": "the database's own history",
    "*/management/*": "said in a terminal of the centre",
    "*/admin*": "the admin is Chinese",
    "*/desks/*": "desks of staff are Chinese",
    "*/apps.py": "a heading of the admin",
    "*/models*": "__str__ names a row in the admin; labels of columns are there too",
    "*/api.py": "the API is Chinese",
    "*/serializers*": "the API is Chinese",
    "common/fixtures.py": "what is wrong with a file of the catalogue, told to who loads it",
    "common/signed_http.py": "between two machines, kept in the log",
    "identity/services/demo.py": "who is who in the demo",
    "identity/services/loading.py": "what is wrong with a file, told to who loads it",
    "identity/spec.py": "what is wrong with a file, told to who loads it",
    "bundles/checks.py": "told to who starts the portal",
    "bundles/forms.py": "the editor of bundles is in the admin",
    "bundles/planning/clamping.py": "told to the editor of a bundle",
    "bundles/planning/soundness.py": "told to the editor of a bundle",
    "bundles/services/*": "told to the editor of a bundle",
    "bundles/spec/*": "words of the catalogue's files, and what is wrong with one",
    "exchange/gateways/*": "other systems' words",
    "hotline/rules/intake.py": "guiding, answering at once and splitting are agents' acts",
    "licences/rules/elements.py": "what a document must say, told to the code that draws it up",
    "licences/services/issuing.py": "told to the issuer",
    "licences/services/seals.py": "told to the keeper of the seals",
    "notifications/services/sending.py": "why a message was not sent, kept in the log",
    "workflow/forms/staff*": "desks of staff are Chinese",
    "workflow/rules/acceptance.py": "收件, the joint review and 补正 are asked by departments and counters",
    "workflow/rules/handling.py": "claiming, deciding, special procedures are departments' acts",
    "workflow/selectors/counter.py": "desks of staff are Chinese",
    "workflow/selectors/office.py": "desks of staff are Chinese",
    "workflow/services/acceptance.py": "acts of departments and counters",
    "workflow/services/procedure.py": "acts of departments",
    "workflow/views/counter.py": "desks of staff are Chinese",
    "workflow/views/office.py": "desks of staff are Chinese",
    "portal/settings.py": "names of the house",
    "portal/styleguide.py": "an exhibition for those who build pages",
}
#: Written down in Chinese, whoever reads the page meanwhile; what these modules refuse is still asked of gettext.
WRITTEN_DOWN = {
    "common/speaking.py": "how a day is written down",
    "*/states.py": "labels are translated where they are shown (portal.wording._statuses)",
    "licences/rules/*": "what a document says",
    "licences/services/*": "what a document says",
    "licences/templatetags/*": "what a document says",
    "notifications/rendering.py": "what a message says",
    "notifications/services/contact.py": "what a message says",
    "hotline/services/intake.py": "under which name a secret order goes, and which office was told",
    "hotline/services/withdrawing.py": "what a message says",
    "portal/formats/*": "how Chinese writes a date",
    "portal/front.py": "keys of the catalogue, translated by the home page",
    "bundles/planning/reading.py": "how a person may type yes and no",
    "bundles/planning/typed.py": "how a person may type a date",
    "workflow/forms/authorising.py": "how a person may type a date",
    "workflow/handlers.py": "what a message says",
    "workflow/rules/promising.py": "the words that are signed",
    "workflow/rules/reading.py": "what a department reads of the answers",
    "workflow/rules/showing.py": "what a document says of the answers",
    "workflow/rules/specimens.py": "a paper filled in, as the office prints it",
    "workflow/selectors/holdings.py": "folders of the archive a person takes along",
    "workflow/services/decision.py": "grounds of a decision",
    "workflow/services/deferral.py": "grounds of a notice, and a mark in the credit record",
    "workflow/services/ending.py": "outcome of a special procedure",
    "workflow/services/handover.py": "who received, as the receipt says it",
    "workflow/services/papers/*": "what a document says",
    "workflow/services/sweeps.py": "grounds of a notice",
    "workflow/views/belongings.py": "name of the archive a person takes along",
}
ERRORS = frozenset({
    "BadInput", "Conflict", "DomainError", "Gone", "NotAllowed", "NotFound", "Refused", "TooLarge", "TooOften",
    "UnsupportedType", "WrongState", "ValidationError", "AuthenticationFailed", "Misread", "Unreadable",
    "refuse_if", "refuse_now", "refuse_unless",
})  # fmt: skip


def modules() -> Iterator[Source]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            source = Source(path)
            read = CITIZENS_CODE.get(app, ("*",))
            if _among(source.name, read) and not _among(source.name, CHINESE_READERS):
                yield source


def _among(name: str, patterns) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def called(node: ast.AST) -> str:
    return (
        str(getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
        if isinstance(node, ast.Call)
        else ""
    )


def plain_chinese(node: ast.AST) -> Iterator[ast.AST]:
    """Chinese words in this code that gettext is not asked for; docstrings are for us."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and CHINESE_SIGN.search(node.value):
            yield node
        return
    if called(node) in CALLS and all(isinstance(given, ast.Constant) for given in node.args):
        return
    for child in ast.iter_child_nodes(node):
        if not _is_docstring(child):
            yield from plain_chinese(child)


def _is_docstring(child: ast.AST) -> bool:
    return isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)


def refusals(tree: ast.AST) -> Iterator[ast.AST]:
    """Where a reason is given: an error raised, a refusal asked for, an objection answered."""
    for node in ast.walk(tree):
        if called(node) in ERRORS or (isinstance(node, FUNCTION) and "objections" in node.name):
            yield node


def said_plainly(source: Source) -> list[str]:
    nodes = refusals(source.tree) if _among(source.name, WRITTEN_DOWN) else [source.tree]
    lines = {word.lineno for node in nodes for word in plain_chinese(node)}
    return [f"{source.name}:{line}" for line in sorted(lines)]


def test_nothing_an_applicant_may_read_is_said_past_gettext():
    assert [line for source in modules() for line in said_plainly(source)] == []


def test_the_exceptions_are_still_there():
    names = [str(path.relative_to(ROOT)) for app in APPS for path in (ROOT / app).rglob("*.py")]
    stale = [
        one for one in (*CHINESE_READERS, *WRITTEN_DOWN) if not any(fnmatch(name, one) for name in names)
    ]
    assert stale == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('raise Refused("不行")', 1),
        ('raise Refused(f"“{name}”不行", fields={"name": ["不行"]})', 2),
        ('raise Refused(_("“%(name)s”不行") % {"name": name})', 0),
        ('raise Refused(_(f"“{name}”不行"))', 1),
        ('refuse_if([] if may else ["不行"])', 1),
        ('def objections_to_it():\n    """不行"""\n    return ["不行"]', 1),
        ('note = "收件"', 0),
    ],
)
def test_a_refusal_in_plain_chinese_is_found(code, found):
    assert sum(1 for node in refusals(ast.parse(code)) for _ in plain_chinese(node)) == found
