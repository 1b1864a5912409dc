"""Windows of the page, each as one person."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.async_api import Browser, ConsoleMessage, Page

from sandbox.local import Sandbox

PATIENCE = 5_000  # milliseconds until a test gives up; what is expected comes in a fraction of it


@dataclass
class Window:
    """Opens pages and collects what went wrong in them."""

    slack: Sandbox
    browser: Browser
    errors: list[str] = field(default_factory=list)

    async def __call__(
        self, name: str, channel: str = "", *, width: int = 1280, height: int = 800
    ) -> Page:
        """The page as ``name`` in ``channel``, ready to use."""
        context = await self.browser.new_context(viewport={"width": width, "height": height})
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)
        await page.goto(f"{self.slack.url}/?as={name}&channel={channel}")
        return page

    def _note(self, message: ConsoleMessage) -> None:
        """Keep errors; a refused act (400) is one in the eyes of the browser, not in ours."""
        if message.type == "error" and "status of 400" not in message.text:
            self.errors.append(message.text)

    async def close(self) -> None:
        """Close all windows."""
        for context in self.browser.contexts:
            await context.close()
