"""Bring portal/locale and fixtures/locale in step with the sources, or say what is missing (--check)."""

import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import wording
from portal.languages import CHINESE_SIGN

#: Rules of counting, as gettext writes them.
PLURALS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%|<[^>]+>")


class Command(BaseCommand):
    """`make translations`: what is new gets an empty line to fill in, what is gone goes, .mo is compiled."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if anything is amiss")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = {"portal": wording.interface(), "fixtures": wording.catalogue()}
        complaints: list[str] = []
        for language in PLURALS:
            for folder, found in sources.items():
                path = Path(settings.BASE_DIR, folder, "locale", language, "LC_MESSAGES", "django.po")
                if not options["check"]:
                    _renew(path, language, found)
                complaints += [f"{path.relative_to(settings.BASE_DIR)}: {one}" for one in _amiss(path, found)]
        if complaints:
            raise CommandError("\n".join([*complaints, f"{len(complaints)} amiss: see docs/translating.md"]))
        self.stdout.write("translations: complete")


def _renew(path: Path, language: str, found: wording.Found) -> None:
    """The file in the order of the sources, keeping what was translated; compiled beside it."""
    known = {_key(entry): entry for entry in _read(path)}
    file = polib.POFile(wrapwidth=110)
    file.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for message, places in found.items():
        entry = known.get(message) or polib.POEntry(msgid=message.words, msgid_plural=message.plural)
        entry.occurrences = [(place, "") for place in places]
        if message.plural and not entry.msgstr_plural:
            entry.msgstr_plural = dict.fromkeys(_forms(language), "")
        file.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(str(path))
    file.save_as_mofile(str(path.with_suffix(".mo")))


def _amiss(path: Path, found: wording.Found) -> Iterator[str]:
    """What keeps this file from being what the sources ask for."""
    entries = _read(path)
    written = {_key(entry) for entry in entries}
    yield from (f"not in the file: {message.words}" for message in found if message not in written)
    yield from (f"no longer said: {message.words}" for message in written if message not in found)
    for entry in entries:
        yield from (f"{said}: {entry.msgid}" for said in _faults(entry))
    if _compiled(path) != {_key(entry): _told(entry) for entry in entries if entry.translated()}:
        yield "the .mo is not made of this file: run make translations"


def _faults(entry: polib.POEntry) -> Iterator[str]:
    """Why a translation will not do."""
    told = _told(entry)
    if not all(told):
        yield "not translated"
    if entry.fuzzy:
        yield "doubtful (fuzzy)"
    asked = set(PLACEHOLDER.findall(entry.msgid))
    if all(told) and any(set(PLACEHOLDER.findall(one)) != asked for one in told):
        yield "other placeholders than the original's"
    if any(CHINESE_SIGN.search(one) for one in told):
        yield "Chinese left in the translation"


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def _compiled(path: Path) -> dict[wording.Message, list[str]]:
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        return {}
    return {_key(entry): _told(entry) for entry in polib.mofile(str(compiled))}


def _key(entry: Any) -> wording.Message:
    return wording.Message(entry.msgid, entry.msgid_plural)


def _told(entry: Any) -> list[str]:
    return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)] or [entry.msgstr]


def _forms(language: str) -> range:
    return range(int(PLURALS[language][len("nplurals=")]))
