"""What a person does at the page: look, type, press, choose."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, Page, expect

DOCS = Path(__file__).parents[2] / "docs" / "screenshots"
PATIENCE = 20_000  # milliseconds until a busy machine is given up; what is awaited takes a fraction


@dataclass(frozen=True)
class Person:
    """Somebody in front of a window of theirs."""

    page: Page

    @property
    def thread(self) -> Locator:
        return self.page.locator("#replies")

    @property
    def form(self) -> Locator:
        return self.page.locator("#modal")

    def line(self, words: str) -> Locator:
        """The newest message of the channel with these words."""
        return self.page.locator("#messages article", has_text=words).last

    def told(self, words: str) -> Locator:
        """The newest private answer with these words."""
        return self.page.locator("article.line-ephemeral", has_text=words).last

    async def goes_to(self, channel: str) -> None:
        side = self.page.get_by_role("navigation", name="Channels")
        await side.get_by_role("link", name=channel).first.click()
        await expect(self.page.get_by_role("heading", name=channel)).to_be_visible()

    async def becomes(self, name: str) -> None:
        await self._is_heard()
        await self.page.locator("#you").click()
        await self.page.get_by_role("menuitem", name=name).click()
        await expect(self.page.locator("#you")).to_contain_text(name)

    async def says(self, words: str, *, file: Path | None = None) -> None:
        await self._writes(self.page.get_by_role("textbox", name="Message #"), words, file)

    async def replies(self, words: str) -> None:
        """In the thread that is open."""
        await self._writes(self.page.locator(".thread textarea"), words, None)

    async def commands(self, words: str) -> None:
        """A slash command, which leaves no line of its own."""
        await self._is_heard()
        field = self.page.get_by_role("textbox", name="Message #")
        await field.fill(words)
        await field.press("Enter")

    async def _is_heard(self) -> None:
        """A page that was just loaded listens to nothing yet: Enter is but a line break there."""
        await expect(self.page.locator("html[data-started]")).to_be_attached()

    async def _writes(self, field: Locator, words: str, file: Path | None) -> None:
        await self._is_heard()
        await field.fill(words)
        if file:
            await self.page.locator("[data-file]").first.set_input_files(file)
            await expect(self.page.locator("[data-files]").first).to_contain_text(file.name)
        await field.press("Enter")
        await expect(field).to_have_value("")

    async def opens_thread(self, line: Locator) -> None:
        """That loads the page anew. A press in between would be lost with the page before."""
        await self.page.evaluate("document.documentElement.dataset.before = ''")
        await self._does(line, "Reply in thread")
        await expect(self.page.locator("html[data-started]:not([data-before])")).to_be_attached()
        await expect(self.page.get_by_role("complementary", name="Thread")).to_be_visible()

    async def edits(self, line: Locator, words: str) -> None:
        await self._does(line, "Edit message")
        await expect(self.page.get_by_text("Editing your message").first).to_be_visible()
        field = self.page.get_by_role("textbox", name="Message #")
        await field.fill(words)
        await field.press("Enter")

    async def deletes(self, line: Locator) -> None:
        await self._does(line, "Delete message")
        await self.page.get_by_role("button", name="Delete", exact=True).click()

    async def uses_shortcut(self, line: Locator, name: str) -> None:
        await self._does(line, name)

    async def _does(self, line: Locator, name: str) -> None:
        await self._is_heard()
        await line.hover()
        await line.get_by_role("toolbar").get_by_role("button", name="More actions").click()
        await self.page.get_by_role("menuitem", name=name).first.click()

    async def presses(self, where: Locator, name: str) -> None:
        await self._is_heard()
        await where.get_by_role("button", name=name, exact=True).last.click()

    async def chooses(self, card: Locator, name: str) -> None:
        """From the three dots of a card, or from the form behind its last line."""
        await self._is_heard()
        await card.locator(".btn-more").click()
        option = self.page.get_by_role("option", name=name)
        await expect(self.page.get_by_role("option", name="More …")).to_be_visible()
        if await option.count():
            await option.click()
            return
        await self.page.get_by_role("option", name="More …").click()
        await self.picks("What do you want to do?", name)
        await self.sends("Next")

    async def picks(self, label: str, option: str) -> None:
        await self.form.get_by_label(label).first.click()
        await self.page.get_by_role("option", name=option).first.click()

    async def fills(self, label: str, words: str) -> None:
        await self.form.get_by_label(label).first.fill(words)

    async def sends(self, name: str) -> None:
        await self.form.get_by_role("button", name=name, exact=True).last.click()

    async def freezes(self) -> None:
        """Let nothing happen by time alone."""
        await self._clock("Freeze it now")
        await expect(self.page.locator(".frozen")).to_be_visible()

    async def runs(self) -> None:
        await self._clock("Let it run again")
        await expect(self.page.locator(".frozen")).to_be_hidden()

    async def _clock(self, name: str) -> None:
        await self.page.get_by_role("button", name="Move the clock by another time").click()
        await self.page.get_by_role("button", name=name).click()

    async def moves_on(self, button: str) -> None:
        """Press a button of the clock in the top bar, and see the hand move."""
        before = await self.page.locator("#now").inner_text()
        await self.page.locator("#clock").get_by_role("button", name=button).click()
        await expect(self.page.locator("#now")).not_to_have_text(before)

    async def sees(self, where: Locator, *words: str) -> None:
        for each in words:
            await expect(where).to_contain_text(each, timeout=PATIENCE)

    async def sees_not(self, where: Locator, *words: str) -> None:
        for each in words:
            await expect(where).not_to_contain_text(re.compile(re.escape(each), re.IGNORECASE))

    async def pictures(self, name: str) -> None:
        """``SCREENSHOTS=1`` keeps the pictures for the docs, a folder there all in it."""
        wanted = os.environ.get("SCREENSHOTS")
        if wanted:
            folder = DOCS if wanted == "1" else Path(wanted)
            folder.mkdir(parents=True, exist_ok=True)
            await self.page.wait_for_timeout(300)
            await self.page.screenshot(path=folder / f"day-{name}.png")
