"""Somebody who uses no mouse: everything is reached with Tab, chosen with arrows, pressed with Enter."""

from playwright.sync_api import Error, FilePayload, Locator

from tests.stories.people import Applicant, kept

#: More stops than any page has; a control that is not among them cannot be reached.
MOST_STOPS = 250
#: How often somebody presses again what did not answer.
TRIES = 4

_IS_FOCUSED = "element => element === document.activeElement"
_IS_IN_ITS_GROUP = (
    "element => document.activeElement.name === element.name && document.activeElement.type === 'radio'"
)
#: In sight, and marked by an outline of its own, of its pseudo-element or of the card it belongs to.
_IS_SEEN = """
element => {
  const box = element.getBoundingClientRect();
  const thick = style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const own = [null, "::before", "::after"].map(part => getComputedStyle(element, part));
  const around = [1, 2, 3, 4].reduce(list => [...list, list.at(-1)?.parentElement], [element]);
  const marked = own.some(thick) || around.some(one => one && thick(getComputedStyle(one)));
  return marked && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}
"""


class KeyboardApplicant(Applicant):
    """An applicant at the keyboard alone; wherever the focus is, it is seen."""

    def reach(self, control: Locator) -> None:
        """Press Tab until the control has the focus; it must then be in sight and marked."""
        control.wait_for()
        for _ in range(MOST_STOPS):
            if control.evaluate(_IS_FOCUSED):
                self._sees_the_focus(control)
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by keyboard to {control} on {self.path}")

    def _sees_the_focus(self, control: Locator) -> None:
        """The page may still be scrolling there."""
        for _ in range(20):
            if control.evaluate(_IS_SEEN):
                return
            self.page.wait_for_timeout(50)
        kept(self.page, "focus-not-seen")
        raise AssertionError(f"the focus is not seen on {control}")

    def follow(self, control: Locator) -> None:
        control.wait_for()
        self.reach(control)
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")
        self.arrives()

    def push(self, button: Locator) -> None:
        self.reach(button)
        self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        if box.get_attribute("type") == "radio":
            self._choose_one(box)
        elif not box.is_checked():
            self.reach(box)
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def _choose_one(self, radio: Locator) -> None:
        for _ in range(MOST_STOPS):
            if radio.evaluate(_IS_IN_ITS_GROUP):
                break
            self.page.keyboard.press("Tab")
        for _ in range(MOST_STOPS):
            if radio.evaluate(_IS_FOCUSED):
                if not radio.is_checked():
                    self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no way by keyboard to {radio} on {self.path}")

    def write(self, box: Locator, words: str) -> None:
        if box.input_value() == words:
            return
        self.reach(box)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(words)

    def choose(self, box: Locator, option: str | int) -> None:
        self.reach(box)
        wanted = (
            box.locator("option").nth(option).get_attribute("value") if isinstance(option, int) else option
        )
        for _ in range(MOST_STOPS):
            if box.input_value() == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{wanted} is not in the list {box}")

    def pick_file(self, box: Locator, file: FilePayload) -> None:
        """Press Space on it; once more where the page was just drawing it anew."""
        for _ in range(TRIES):
            self.reach(box)
            try:
                with self.page.expect_file_chooser(timeout=3_000) as opened:
                    self.page.keyboard.press("Space")
            except Error:
                continue
            opened.value.set_files([file])
            return
        raise AssertionError(f"Space opens nothing on {box}")
