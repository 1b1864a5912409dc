"""The dashboard's door: sign in with Slack for leads and managers of that desk, and nobody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import text

from bot.slack.openid import NotProven, Proven
from bot.workers import checking
from storage import workspaces
from storage.migrate import upgrade
from storage.records.people import Staff
from tests import databases
from tests.web import browsing
from tests.web.browsing import ANA, BEN, CARLA, GUS, KIM, MONA, SITE, STAFF, ZOE, Office, state_of
from web.dashboard.door import HOME, ours

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = ("/dashboard/",)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(run: databases.Run) -> AsyncIterator[Office]:
    with run.copy("sqlite", upgrade) as url:
        async with browsing.office(url) as office:
            yield office


@pytest.fixture
def office(shared: Office) -> Office:
    shared.ahead = timedelta(0)
    shared.staff(STAFF)
    return shared


async def csrf(browser: httpx.AsyncClient) -> str:
    page = await browser.get(HOME)
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found[1]


@pytest.mark.parametrize("who, name", [(MONA, "Mona Keller"), (ANA, "Ana Petrova")])
async def test_leads_and_managers_get_in(office: Office, who: str, name: str) -> None:
    browser = await office.signed_in(who)
    page = await browser.get(HOME)
    assert page.status_code == 200
    assert name in page.text


@pytest.mark.parametrize(
    "who, words",
    [
        (BEN, "Only leads and managers"),
        (GUS, "Only leads and managers"),
        (KIM, "Only the support team"),
        (CARLA, "no desk here"),
    ],
)
async def test_others_are_told_why_they_do_not(office: Office, who: str, words: str) -> None:
    browser = office.browser()
    answer = await browser.get(await office.to_slack_and_back(browser, who))
    assert answer.status_code == 403
    assert words in answer.text
    assert (await browser.get(HOME)).status_code == 303


async def test_everybody_sees_the_desk_of_their_own_workspace(office: Office) -> None:
    zoes, monas = await office.signed_in(ZOE), await office.signed_in(MONA)
    assert "The desk of T0GLOBEX" in (await zoes.get(HOME)).text
    assert "The desk of T0HARBOUR" in (await monas.get(HOME)).text


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_is_shown_to_nobody(office: Office, path: str) -> None:
    answer = await office.browser().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/dashboard/sign-in?onward=%2Fdashboard%2F")


async def test_one_comes_to_the_page_that_one_asked_for(office: Office) -> None:
    browser = office.browser()
    asked = await browser.get("/dashboard/?range=28d&account=501")
    button = await browser.get(asked.headers["location"])
    (go,) = re.findall(r'href="/dashboard/go\?onward=([^"]*)"', button.text)
    onward = httpx.URL(f"/?onward={go}").params["onward"]
    answer = await browser.get(await office.to_slack_and_back(browser, MONA, onward))
    assert answer.headers["location"] == "/dashboard/?range=28d&account=501"


@pytest.mark.parametrize(
    "told",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/dashboard/..//evil.example",
        "/dashboard//evil.example/../..",
        "/dashboard/%0d%0aSet-Cookie:x=1",
        "/dashboard/\r\nSet-Cookie: x=1",
        "/dashboardevil",
        "/dashboard/go?onward=/dashboard/",
        "/dashboard/sign-out",
        "/slack/events",
        "javascript:alert(1)",
        "/dashboard/?x=\\",
        "/dashboard/?" + "x" * 2000,
    ],
)
async def test_one_is_never_sent_elsewhere(told: str) -> None:
    assert ours(told) == HOME


async def test_a_role_that_is_taken_away_ends_the_visit_at_once(office: Office) -> None:
    browser = await office.signed_in(MONA)
    assert (await browser.get(HOME)).status_code == 200
    office.staff(Staff(agents=frozenset({ANA, BEN, MONA}), leads=frozenset({ANA})))
    answer = await browser.get(HOME)
    assert answer.status_code == 303
    assert "desk_session" not in "".join(browser.cookies)


async def test_an_app_that_was_removed_ends_all_visits(office: Office) -> None:
    browser = await office.signed_in(ZOE)
    with office.unit(browsing.GLOBEX) as unit:
        workspaces.deactivate(unit)
    assert (await browser.get(HOME)).status_code == 303
    with office.unit(browsing.GLOBEX) as unit:
        browsing.install(unit)
    assert (await (await office.signed_in(ZOE)).get(HOME)).status_code == 200


async def test_a_visit_ends_after_half_a_day(office: Office) -> None:
    browser = await office.signed_in()
    office.ahead = timedelta(hours=11, minutes=59)
    assert (await browser.get(HOME)).status_code == 200
    office.ahead = timedelta(hours=12)
    assert (await browser.get(HOME)).status_code == 303


async def test_signing_out_needs_the_forms_own_word(office: Office) -> None:
    browser = await office.signed_in()
    token = await csrf(browser)
    for told in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        assert (await browser.post("/dashboard/sign-out", data=told)).status_code == 401
    assert (await browser.get("/dashboard/sign-out")).status_code == 405
    assert (await browser.get(HOME)).status_code == 200
    assert (await browser.post("/dashboard/sign-out", data={"csrf": token})).status_code == 200


async def test_after_signing_out_a_copy_of_the_cookie_opens_nothing(office: Office) -> None:
    browser = await office.signed_in()
    copied = dict(browser.cookies)
    await browser.post("/dashboard/sign-out", data={"csrf": await csrf(browser)})
    assert not browser.cookies
    other = office.browser()
    other.cookies.update(copied)
    assert (await other.get(HOME)).status_code == 303


async def test_the_word_of_one_visit_is_worth_nothing_in_another(office: Office) -> None:
    anas = await csrf(await office.signed_in(ANA))
    monas = await office.signed_in(MONA)
    assert (await monas.post("/dashboard/sign-out", data={"csrf": anas})).status_code == 401


async def test_who_plants_a_session_does_not_share_it_afterwards(office: Office) -> None:
    evil = await office.signed_in(ANA)
    planted = dict(evil.cookies)
    victim = office.browser()
    for name, value in planted.items():
        victim.cookies.set(name, value, domain="desk.example.com")
    await victim.get(await office.to_slack_and_back(victim, MONA))
    assert "Mona Keller" in (await victim.get(HOME)).text
    assert dict(victim.cookies) != planted
    assert (await evil.get(HOME)).status_code == 303  # and what was planted is over


@pytest.mark.parametrize(
    "cookie",
    ["", "1", "1.", "1.x", "x.y", "-1.x", "9" * 40 + ".x", "1." + "x" * 9000, "1.\x00", "٣.x"],
)
async def test_a_made_up_session_opens_nothing(office: Office, cookie: str) -> None:
    raw = f"__Host-desk_session={cookie}".encode()
    answer = await office.browser().get(HOME, headers=[(b"cookie", raw)])
    assert answer.status_code == 303


async def test_a_session_opens_no_other_workspace(office: Office) -> None:
    browser = await office.signed_in(MONA)
    (told,) = browser.cookies.values()
    forged = f"{browsing.GLOBEX}.{told.partition('.')[2]}"
    raw = f"__Host-desk_session={forged}".encode()
    answer = await office.browser().get(HOME, headers=[(b"cookie", raw)])
    assert answer.status_code == 303


async def test_the_database_holds_no_secret_of_a_session(office: Office) -> None:
    browser = await office.signed_in()
    (told,) = browser.cookies.values()
    with office.unit() as unit:
        rows = unit.connection.execute(text("SELECT * FROM session")).all()
    assert told.partition(".")[2] not in str(rows)


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(office: Office) -> None:
    browser = office.browser()
    sent = await browser.get("/dashboard/go")
    back = await browser.get(await office.to_slack_and_back(browser, MONA))
    for answer in (sent, back):
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            assert name.startswith("__Host-desk_")
            parts = {part.strip().lower() for part in rest.split(";")[1:]}
            assert {"httponly", "secure", "samesite=lax", "path=/"} <= parts
            assert not any(part.startswith("domain") for part in parts)


async def test_on_this_machine_alone_cookies_do_without_tls(office: Office) -> None:
    sent = await office.browser(is_secure=False).get("/dashboard/go")
    (line,) = sent.headers.get_list("set-cookie")
    assert line.startswith("desk_sign_in=")
    assert "Secure" not in line
    assert "HttpOnly" in line
    assert "strict-transport-security" not in sent.headers


async def test_who_types_the_address_alone_comes_to_the_dashboard(office: Office) -> None:
    answer = await office.browser().get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, HOME)


@pytest.mark.parametrize(
    "path",
    ["/", HOME, "/dashboard", "/dashboard/sign-in", "/dashboard/nothing", "/dashboard/signed-in"],
)
async def test_every_answer_has_the_headers_that_guard_it(office: Office, path: str) -> None:
    for browser in (office.browser(), await office.signed_in()):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy  # so default-src holds: none at all
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "max-age" in headers["strict-transport-security"]


@pytest.mark.parametrize(
    "path",
    [
        "/dashboard/../app.py",
        "/dashboard/%2e%2e/app.py",
        "/dashboard/..%2f..%2fapp.py",
        "/dashboard/static/../../app.py",
        "/dashboard/dashboard.css/../../routes.py",
        "/dashboard/dashboard.css%00.py",
    ],
)
async def test_no_path_leads_out_of_the_house(office: Office, path: str) -> None:
    browser = await office.signed_in()
    answer = await browser.request("GET", httpx.URL(SITE).copy_with(raw_path=path.encode()))
    assert answer.status_code == 404
    assert "import" not in answer.text


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "TRACE", "DELETE", "ODD"])
async def test_other_methods_do_nothing_and_are_told_which_there_are(
    office: Office, method: str
) -> None:
    for browser in (office.browser(), await office.signed_in()):
        for path in (HOME, "/dashboard/days.csv", "/dashboard/go"):
            answer = await browser.request(method, path)
            assert answer.status_code == 405
            assert "GET" in answer.headers["allow"]


async def test_no_answer_repeats_the_host_that_a_request_names(office: Office) -> None:
    browser = office.browser()
    for path in (HOME, "/dashboard", "/dashboard/help/", "/dashboard/sign-in/"):
        answer = await browser.get(path, headers={"host": "evil.example"})
        assert "evil" not in str(answer.headers) + answer.text


async def test_the_way_back_is_gone_only_once(office: Office) -> None:
    browser = office.browser()
    back = await office.to_slack_and_back(browser, MONA)
    kept = dict(browser.cookies)
    assert (await browser.get(back)).status_code == 303
    assert (await browser.get(back)).status_code == 400  # the cookie is gone
    other = office.browser()
    other.cookies.update(kept)
    assert (await other.get(back)).status_code == 400  # and the code is used


async def test_an_attempt_opens_one_session_even_with_a_fresh_code(office: Office) -> None:
    browser = office.browser()
    back = await office.to_slack_and_back(browser, MONA)
    kept = dict(browser.cookies)
    again = await fresh_code(office, back)
    assert (await browser.get(back)).status_code == 303
    other = office.browser()
    other.cookies.update(kept)
    assert (await other.get(again)).status_code in (400, 403)


async def fresh_code(office: Office, back: httpx.URL) -> httpx.URL:
    """Another code of the same person for the same state and nonce, as Slack would give it."""
    grant = office.slack.openid._grants[back.params["code"]]
    office.slack.openid._grants["another"] = grant
    return back.copy_set_param("code", "another")


async def test_a_state_of_somebody_elses_attempt_is_refused(office: Office) -> None:
    evil, victim = office.browser(), office.browser()
    lure = await office.to_slack_and_back(evil, ANA)
    await victim.get("/dashboard/go")
    assert (await victim.get(lure)).status_code == 400
    assert (await office.browser().get(lure)).status_code == 400
    assert state_of(lure) not in str(dict(victim.cookies))


async def test_an_attempt_is_over_after_ten_minutes(office: Office) -> None:
    browser = office.browser()
    back = await office.to_slack_and_back(browser, MONA)
    office.ahead = timedelta(minutes=10)
    assert (await browser.get(back)).status_code == 400


async def test_who_changes_their_mind_at_slack_can_try_again(office: Office) -> None:
    browser = office.browser()
    back = await office.to_slack_and_back(browser, MONA)
    answer = await browser.get(f"/dashboard/signed-in?error=access_denied&state={state_of(back)}")
    assert answer.status_code == 400
    assert "/dashboard/sign-in" in answer.text


async def test_what_slack_is_asked_holds_no_secret(office: Office) -> None:
    sent = await office.browser().get("/dashboard/go")
    asked = httpx.URL(sent.headers["location"]).params
    assert asked["scope"] == "openid"
    assert asked["redirect_uri"] == f"{SITE}/dashboard/signed-in"
    assert len(asked["state"]) == len(asked["nonce"]) == 32
    assert "sandbox-client-secret" not in sent.headers["location"]


FORGERIES: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "for another app": {"aud": "1.2"},
    "for several apps": {"aud": ["1111111111.2222222222", "1.2"]},
    "over": {"exp": 1_700_000_000, "iat": 1_600_000_000},
    "of another attempt": {"nonce": "another"},
    "without a nonce": {"nonce": None},
    "of no workspace": {"https://slack.com/team_id": ""},
}


@pytest.mark.parametrize("told", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_token_that_is_not_in_order_proves_nothing(
    office: Office, told: dict[str, Any]
) -> None:
    with pytest.raises(NotProven):
        await proving(office, lambda claims: office.slack.openid.signed(but(claims, told)))


async def test_a_token_in_order_proves_who_that_is(office: Office) -> None:
    proven = await proving(office, office.slack.openid.signed)
    assert (proven.team_id, proven.slack_id) == ("T0HARBOUR", MONA)


@pytest.mark.parametrize("how", ["HS256", "none", "another key", "unknown key"])
async def test_a_token_that_slack_did_not_sign_proves_nothing(office: Office, how: str) -> None:
    with pytest.raises(NotProven):
        await proving(office, lambda claims: forged(claims, how))


async def proving(office: Office, forge: Callable[[dict[str, Any]], str]) -> Proven:
    """Let the local Slack answer with a token that says, or is signed, otherwise."""
    back = await office.to_slack_and_back(office.browser(), MONA)
    code = back.params["code"]
    nonce = office.slack.openid._grants[code].nonce
    office.slack.openid.forge = forge
    try:
        return await office.sign_in.prove(code, nonce)
    finally:
        office.slack.openid.forge = None


def but(claims: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The same claims, where some say otherwise; None: they are not there."""
    return {name: value for name, value in (claims | told).items() if value is not None}


KID = {"kid": "sandbox-key"}


def forged(claims: dict[str, Any], how: str) -> str:
    if how == "HS256":
        return jwt.encode(claims, "sandbox-client-secret-of-thirty-two-bytes", "HS256", KID)
    if how == "none":
        return jwt.encode(claims, "", "none", KID)
    kid = {"kid": "unknown"} if how == "unknown key" else KID
    return jwt.encode(claims, rsa.generate_private_key(65537, 2048), "RS256", kid)


async def test_where_it_is_not_switched_on_a_page_says_how_to(office: Office) -> None:
    browser = office.browser(is_on=False)
    answer = await browser.get("/dashboard/sign-in")
    assert answer.status_code == 404
    assert "DASHBOARD_URL" in answer.text
    assert (await browser.get("/dashboard/go")).status_code == 303
    assert (await browser.get(HOME)).status_code == 303


async def test_check_says_whether_people_could_sign_in(office: Office) -> None:
    assert (await checking.dashboard(None)).is_ok
    found = await checking.dashboard(office.sign_in)
    assert found.is_ok
    assert f"{SITE}/dashboard/signed-in" in found.words
    for wrong in (
        replace(office.sign_in, client_id="3.4"),
        replace(office.sign_in, client_secret="other"),
    ):
        found = await checking.dashboard(wrong)
        assert not found.is_ok
        assert "Basic Information" in found.words
