"""The outside pager: what it is told, what its answers mean, and where nobody is called."""

from __future__ import annotations

import aiohttp
import pytest

from bot.slack.gateway import RateLimited
from bot.workers import checking, paging
from bot.workers.paging import NotHeard, Pager
from tests.workers.pager import SECRET, receiving

TOLD = {"type": "page", "ticket": {"number": 1}}


async def test_a_page_comes_with_its_proof_and_its_id() -> None:
    async with (
        receiving() as there,
        paging.calling(there.url, SECRET, is_private_allowed=True) as ours,
    ):
        await ours.page("one", TOLD)
        await ours.page("one", TOLD)
    assert there.calls == [("one", {"id": "one", **TOLD})] * 2
    assert there.forged == 0


@pytest.mark.parametrize(
    "status, code",
    [
        (500, "pager_unreachable"),
        (503, "pager_unreachable"),
        (408, "pager_unreachable"),
        (301, "pager_refused"),
        (401, "pager_refused"),
        (404, "pager_refused"),
    ],
)
async def test_what_it_does_not_take_is_said_to_be_mended(status: int, code: str) -> None:
    async with (
        receiving() as there,
        paging.calling(there.url, SECRET, is_private_allowed=True) as ours,
    ):
        there.status = status
        there.headers = {"Location": "http://127.0.0.1/elsewhere"}
        with pytest.raises(NotHeard, match=code):
            await ours.page("one", TOLD)


async def test_it_says_itself_when_to_come_again() -> None:
    async with (
        receiving() as there,
        paging.calling(there.url, SECRET, is_private_allowed=True) as ours,
    ):
        there.status, there.headers = 429, {"Retry-After": "7"}
        with pytest.raises(RateLimited) as limited:
            await ours.page("one", TOLD)
    assert limited.value.retry_after == 7


async def test_our_own_networks_are_not_called_unasked() -> None:
    async with receiving() as there:
        for url in (there.url, there.url.replace("127.0.0.1", "localhost")):
            async with paging.calling(url, SECRET) as ours:
                with pytest.raises(NotHeard, match="pager_inside"):
                    await ours.page("one", TOLD)
    assert there.calls == []


async def test_a_check_wakes_nobody_and_says_what_to_mend() -> None:
    async with (
        receiving() as there,
        paging.calling(there.url, SECRET, is_private_allowed=True) as ours,
    ):
        found = await checking.pager(ours)
        assert (found.is_ok, there.calls) == (True, [])
        there.status = 405
        assert (await checking.pager(ours)).is_ok
    async with aiohttp.ClientSession() as session:
        found = await checking.pager(Pager(there.url, SECRET, session, is_private_allowed=True))
    assert not found.is_ok
    assert "does not answer" in found.words
