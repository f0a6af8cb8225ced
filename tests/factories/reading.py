"""What a person who reads no Chinese meets on a page: Chinese words that do not say that they are Chinese."""

from html.parser import HTMLParser

from portal.languages import CHINESE_SIGN

#: Elements without an end.
_EMPTY = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
#: Attributes that are read out or shown; a value is what the person typed, or what a button sends.
_SAID = frozenset({"title", "alt", "placeholder", "aria-label", "aria-description", "content"})


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        language = said.get("lang") or self.language
        for name, value in said.items():
            self._note(language, value, f"{tag} {name}=" if name in _SAID else "")
        if tag not in _EMPTY:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = self.open[-1][0] if self.open else ""
        self._note(self.language, data, "" if inside in {"script", "style"} else f"{inside}: ")

    @property
    def language(self) -> str:
        return self.open[-1][1] if self.open else ""

    def _note(self, language: str, words: str, where: str) -> None:
        if where and CHINESE_SIGN.search(words) and not language.startswith("zh"):
            self.found.append(where + " ".join(words.split()))


def unmarked_chinese(html: str) -> list[str]:
    """Where the page speaks Chinese without saying so, each place once."""
    page = _Page()
    page.feed(html)
    return list(dict.fromkeys(page.found))
