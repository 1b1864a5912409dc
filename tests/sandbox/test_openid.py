"""The local Slack signs people in as strictly as Slack does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import jwt
import pytest

from sandbox.local import Sandbox, fresh_world
from sandbox.server import serving

BACK = "https://desk.example.com/back"
ASKED = {
    "response_type": "code",
    "scope": "openid",
    "client_id": "1111111111.2222222222",
    "redirect_uri": BACK,
    "state": "of mine",
    "nonce": "once",
}
OWN = ("1111111111.2222222222", "sandbox-client-secret")


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with serving(fresh_world({"oauth_config": {"redirect_urls": [BACK]}})) as box:
        yield box


@pytest.fixture
async def browser(slack: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=slack.url, trust_env=False) as client:
        yield client


async def code(browser: httpx.AsyncClient, who: str = "U0000MONA") -> str:
    answer = await browser.get("/openid/connect/allow", params={**ASKED, "as": who})
    there = httpx.URL(answer.headers["location"])
    assert str(there).startswith(f"{BACK}?")
    assert there.params["state"] == "of mine"
    return there.params["code"]


async def exchanged(browser: httpx.AsyncClient, told: str, **more: Any) -> dict[str, Any]:
    form = {"grant_type": "authorization_code", "code": told, "redirect_uri": BACK}
    auth = more.pop("auth", OWN)
    answer = await browser.post("/api/openid.connect.token", data=form | more, auth=auth)
    found: dict[str, Any] = answer.json()
    return found


async def test_one_chooses_who_one_is(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/openid/connect/authorize", params=ASKED)
    assert page.status_code == 200
    assert "Mona Keller" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "told, error",
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid chat:write"}, "invalid_scope"),
    ],
)
async def test_who_asks_wrongly_is_refused(
    browser: httpx.AsyncClient, told: dict[str, str], error: str
) -> None:
    for path in ("authorize", "allow"):
        asked = {**ASKED, **told, "as": "U0000MONA"}
        answer = await browser.get(f"/openid/connect/{path}", params=asked)
        assert answer.status_code == 400
        assert error in answer.text


async def test_bots_and_strangers_do_not_sign_in(browser: httpx.AsyncClient) -> None:
    for who in ("U00KEEPERB", "U0NOBODY", ""):
        answer = await browser.get("/openid/connect/allow", params={**ASKED, "as": who})
        assert answer.status_code == 400


async def test_a_code_is_good_for_one_signed_token(browser: httpx.AsyncClient) -> None:
    told = await code(browser)
    found = await exchanged(browser, told)
    (key,) = jwt.PyJWKSet.from_dict((await browser.get("/openid/connect/keys")).json()).keys
    claims = jwt.decode(found["id_token"], key, ["RS256"], audience=OWN[0])
    assert (claims["sub"], claims["nonce"]) == ("U0000MONA", "once")
    assert claims["https://slack.com/team_id"] == "T0HARBOUR"
    assert (await exchanged(browser, told))["error"] == "invalid_code"
    me = {"Authorization": f"Bearer {found['access_token']}"}
    info = (await browser.get("/api/openid.connect.userInfo", headers=me)).json()
    assert info["name"] == "Mona Keller"
    assert not (await browser.get("/api/openid.connect.userInfo")).json()["ok"]


@pytest.mark.parametrize(
    "told, error",
    [
        ({"auth": ("other", OWN[1])}, "invalid_client_id"),
        ({"auth": (OWN[0], "other")}, "bad_client_secret"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
        ({"code": "made up"}, "invalid_code"),
    ],
)
async def test_who_exchanges_wrongly_is_refused(
    browser: httpx.AsyncClient, told: dict[str, Any], error: str
) -> None:
    found = await exchanged(browser, await code(browser), **told)
    assert found == {"ok": False, "error": error}


async def test_the_wire_shows_no_token(slack: Sandbox, browser: httpx.AsyncClient) -> None:
    found = await exchanged(browser, await code(browser))
    assert found["id_token"] not in str(slack.traffic.since())
