"""What goes wrong on purpose, and that it goes wrong the same way each time."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError
from starlette.responses import JSONResponse

from sandbox.faults import Faults, FaultSetting, LostAnswer

POST = "chat.postMessage"
ANSWER = JSONResponse({"ok": True})


def faults(**methods: dict[str, object]) -> Faults:
    """Faults of ``chat_postMessage`` and of all others (``rest``)."""
    names = {"post": POST, "rest": "*"}
    named = {names[key]: value for key, value in methods.items()}
    return Faults(FaultSetting.model_validate({"seed": 7, "methods": named}))


async def statuses(wrong: Faults, method: str, calls: int) -> list[int]:
    """The status of each of several calls; 200 for what is let through."""
    answers = [await wrong.before(method, {}) for _ in range(calls)]
    return [answer.status_code if answer else 200 for answer in answers]


async def test_nothing_goes_wrong_by_itself() -> None:
    assert await statuses(Faults(), POST, 3) == [200, 200, 200]
    assert await Faults().after(POST, {}, ANSWER) is ANSWER


async def test_every_third_call_is_one_too_many() -> None:
    wrong = faults(post={"every": 3, "retry_after": 5})
    assert await statuses(wrong, POST, 6) == [200, 200, 429, 200, 200, 429]
    await statuses(wrong, POST, 2)
    refusal = await wrong.before(POST, {})
    assert refusal is not None
    assert refusal.headers["retry-after"] == "5"


async def test_a_method_of_its_own_setting_does_not_follow_the_others() -> None:
    wrong = faults(post={}, rest={"broken": 1, "broken_status": 503})
    assert await statuses(wrong, POST, 2) == [200, 200]
    assert await statuses(wrong, "users.info", 2) == [503, 503]


async def test_calls_of_one_channel_are_refused_and_others_are_not() -> None:
    wrong = faults(post={"refused": "not_in_channel", "channel": "C1"})
    refusal = await wrong.before(POST, {"channel": "C1"})
    assert refusal is not None
    assert json.loads(bytes(refusal.body)) == {"ok": False, "error": "not_in_channel"}
    assert await wrong.before(POST, {"channel": "C2"}) is None


async def test_answers_get_lost_after_the_effect() -> None:
    with pytest.raises(LostAnswer):
        await faults(post={"lost": 1}).after(POST, {}, ANSWER)


async def test_one_seed_gives_one_run_of_faults() -> None:
    first = await statuses(faults(post={"limited": 0.3, "broken": 0.2}), POST, 50)
    again = await statuses(faults(post={"limited": 0.3, "broken": 0.2}), POST, 50)
    assert first == again
    assert {200, 429, 500} == set(first)


@pytest.mark.parametrize(
    "setting",
    [
        {"methods": {"*": {"lost": 1.5}}},
        {"methods": {"*": {"lots": 0.5}}},
        {"delivery": {"retries": [-1]}},
        {"latency": 5},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(setting: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FaultSetting.model_validate(setting)
