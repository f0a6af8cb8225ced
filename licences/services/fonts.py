"""
Cutting the fonts that documents are set in (字库).

Noto Sans CJK (OFL) comes as one collection for five regions, too large to search
and subset for every page. Once at set-up its Simplified Chinese face is cut in two:
the everyday characters of GB 2312, and all the others, which turn up in names (生僻字).
Both together hold more than GBK; the smaller the first, the quicker and lighter a page.
"""

from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

import uharfbuzz
from noto_cjk_sans_otc import FONT_PATH

from licences.rendering import font_configuration

__all__ = ["cut_fonts"]

#: The face for Simplified Chinese within the collections of Noto Sans CJK.
SIMPLIFIED_CHINESE = 2

#: Where Debian's fonts-noto-cjk, if somebody installed it, puts its bold.
SYSTEM_BOLD = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")

#: Blocks kept beside GB 2312: punctuation, signs, numbers in circles, full-width forms.
PUNCTUATION = (
    range(0x20, 0x180),
    range(0x2000, 0x2070),
    range(0x20A0, 0x20C0),
    range(0x2100, 0x2400),
    range(0x2460, 0x2700),
    range(0x3000, 0x3040),
    range(0x3200, 0x3400),
    range(0xFE10, 0xFE50),
    range(0xFF00, 0xFFF0),
)

CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{folder}/cache</cachedir>
  <match target="scan">
    <test name="file"><string>{folder}/regular-rare.otf</string></test>
    <edit name="family" mode="assign"><string>Noto Sans CJK SC Rare</string></edit>
  </match>
</fontconfig>
"""


def cut_fonts(*, again: bool = False) -> list[Path]:
    """Cut what is not there yet and write the fontconfig file; the files made now."""
    folder = font_configuration().parent
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for path, content in _wanted(folder, again):
        _keep(path, content)
        made.append(path)
    _keep(font_configuration(), CONFIGURATION.format(folder=folder).encode())
    return made


def _wanted(folder: Path, again: bool) -> Iterable[tuple[Path, bytes]]:
    collection = Path(str(FONT_PATH))
    for name, source, rare in (
        ("regular.otf", collection, False),
        ("regular-rare.otf", collection, True),
        ("bold.otf", SYSTEM_BOLD, False),
    ):
        path = folder / name
        if source.exists() and (again or not path.exists()):
            yield path, _cut(source, rare=rare)


def _cut(source: Path, *, rare: bool) -> bytes:
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(source)), SIMPLIFIED_CHINESE)
    wish = uharfbuzz.SubsetInput()
    wish.unicode_set.set(set(face.unicodes) - _everyday() if rare else _everyday())
    return bytes(uharfbuzz.subset(face, wish).blob.data)


def _everyday() -> set[int]:
    """The 6763 characters of GB 2312 and the punctuation of official papers."""
    pairs = (bytes((lead, trail)) for lead in range(0xA1, 0xFF) for trail in range(0xA1, 0xFF))
    characters = {ord(character) for pair in pairs for character in pair.decode("gb2312", "ignore")}
    return characters.union(*PUNCTUATION)


def _keep(path: Path, content: bytes) -> None:
    """Through a neighbour file, so that neither a killed set-up nor two at once leave half a font."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as neighbour:
        neighbour.write(content)
    Path(neighbour.name).replace(path)
    path.chmod(0o644)
