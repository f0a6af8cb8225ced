"""
How long a way through the pages takes at the least: the keystroke-level model, counted while a story runs.

S. K. Card, T. P. Moran, A. Newell: The Keystroke-Level Model for User Performance Time with Interactive
Systems. Communications of the ACM 23 (7), 1980, pp. 396-410. The operators and their times are theirs; a
tap is pointing and a press, a box is reached by a tap and homing to the keys, and M stands before every
act, since nobody here knows the pages by heart. The model knows no reading and no mistakes.
"""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FilePayload, Locator
from pypinyin import lazy_pinyin

from tests.stories.people import Applicant

#: Keystroke: their time for random letters, for a phone's keys on glass; and theirs for complex codes, for digits.
K, K_OF_A_CODE = 0.50, 0.75
#: Pressing what one points at: their average skilled keystroke, as for the button of a mouse.
K_OF_A_TAP = 0.20
#: Pointing at a target.
P = 1.10
#: Homing: the hands go to the keys.
H = 0.40
#: Mental preparation.
M = 1.35
#: Response of the system, which a user waits for: a page on a phone's line; a photograph taken in.
R_PAGE, R_FILE = 1.0, 5.0
#: A photograph: the button, the phone's own question where from, the picture, and its 完成.
TAPS_FOR_A_FILE = 4


@dataclass
class Effort:
    """What somebody has done so far, and how long it takes at the least."""

    pages: int = 0
    acts: int = 0
    taps: int = 0
    keys: int = 0
    code_keys: int = 0
    boxes: int = 0
    files: int = 0

    @property
    def seconds(self) -> float:
        typed = self.keys * K + self.code_keys * K_OF_A_CODE + self.boxes * H
        waited = self.pages * R_PAGE + self.files * R_FILE
        return self.acts * M + self.taps * (P + K_OF_A_TAP) + typed + waited

    def acts_by(self, taps: int) -> None:
        """Think, then tap."""
        self.acts += 1
        self.taps += taps

    def types(self, words: str) -> None:
        """Think, tap into the box, type."""
        self.acts_by(taps=1)
        self.boxes += 1
        digits = sum(character.isdigit() for character in words)
        self.code_keys += digits
        self.keys += strokes(words) - digits


def strokes(words: str) -> int:
    """Keys for these words: a Chinese character is its pinyin, and one more to choose it."""
    sounds = [(character, "".join(lazy_pinyin(character))) for character in words]
    return sum(len(sound) if sound == character else len(sound) + 1 for character, sound in sounds)


class CountedApplicant(Applicant):
    """Somebody whose every tap is counted; what stands there already is left as it is."""

    def __init__(self, *how: Any, **more: Any) -> None:
        self.effort = Effort()
        super().__init__(*how, **more)

    def _log_in(self) -> None:
        super()._log_in()
        self.effort.types(self.username)
        self.effort.types("one-stop-demo")

    def arrives(self) -> None:
        self.effort.pages += 1
        super().arrives()

    def follow(self, control: Locator) -> None:
        self.effort.acts_by(taps=1)
        super().follow(control)

    def push(self, button: Locator) -> None:
        self.effort.acts_by(taps=1)
        super().push(button)

    def tick(self, box: Locator) -> None:
        if not box.is_checked():
            self.effort.acts_by(taps=1)
        super().tick(box)

    def choose(self, box: Locator, option: str | int) -> None:
        before = box.input_value()
        super().choose(box, option)
        if box.input_value() != before:
            self.effort.acts_by(taps=2)

    def write(self, box: Locator, words: str) -> None:
        if box.input_value() != words:
            self.effort.types(words)
        super().write(box, words)

    def pick_file(self, box: Locator, file: FilePayload) -> None:
        self.effort.acts_by(taps=TAPS_FOR_A_FILE)
        self.effort.files += 1
        super().pick_file(box, file)
