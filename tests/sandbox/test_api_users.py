"""users.* and usergroups.*: insiders fully, outsiders as Slack Connect shows them."""

import pytest

from tests.sandbox.caller import Caller


async def test_an_insider_is_shown_with_email_and_locale_to_those_who_may_ask(
    api: Caller,
) -> None:
    said = await api.ok("users.info", user="U00000ANA", include_locale=True)
    user = said["user"]
    assert user["profile"]["email"] == "ana@harbour.example"
    assert (user["locale"], user["real_name"], user["tz"]) == (
        "en-GB",
        "Ana Petrova",
        "Europe/Berlin",
    )
    assert "is_stranger" not in user


async def test_the_email_needs_its_scope(api: Caller) -> None:
    api.box.people.senses.app.scopes.remove("users:read.email")
    said = await api.ok("users.info", user="U00000ANA")
    assert "email" not in said["user"]["profile"]


async def test_an_outsider_has_neither_email_nor_locale(api: Caller) -> None:
    said = await api.ok("users.info", user="U000CARLA", include_locale=True)
    user = said["user"]
    assert (user["team_id"], user["is_stranger"]) == ("T00ACME", False)
    assert user["profile"]["real_name"] == "Carla Moreno"
    assert "email" not in user["profile"]
    assert user.keys().isdisjoint({"locale", "real_name", "is_admin"})


async def test_a_guest_has_our_team_id(api: Caller) -> None:
    said = await api.ok("users.info", user="U00000KIM")
    assert (said["user"]["team_id"], said["user"]["is_restricted"]) == ("T0HARBOUR", True)


async def test_companies_without_a_common_channel_do_not_see_each_other(api: Caller) -> None:
    api.channel("globex-harbour").team_ids.remove("T0GLOBEX")
    assert await api.error("users.info", user="U00000ZOE") == "user_not_found"
    assert await api.error("users.info", user="U0NOBODY") == "user_not_found"


async def test_outsiders_are_not_listed(api: Caller) -> None:
    said = await api.ok("users.list")
    assert {member["team_id"] for member in said["members"]} == {"T0HARBOUR"}
    assert "threadkeeper" in [member["name"] for member in said["members"]]


async def test_the_list_comes_in_pages(api: Caller) -> None:
    first = await api.ok("users.list", limit=3)
    second = await api.ok("users.list", cursor=first["response_metadata"]["next_cursor"])
    whole = await api.ok("users.list")
    assert first["members"] + second["members"] == whole["members"]


async def test_only_members_are_found_by_email(api: Caller) -> None:
    said = await api.ok("users.lookupByEmail", email="Ana@harbour.example")
    assert said["user"]["id"] == "U00000ANA"
    error = await api.error("users.lookupByEmail", email="carla@acme-robotics.example")
    assert error == "users_not_found"


async def test_a_profile_has_the_status(api: Caller) -> None:
    api.user("ana").status_text = "Away"
    said = await api.ok("users.profile.get", user="U00000ANA")
    assert said["profile"]["status_text"] == "Away"


async def test_everybody_is_present(api: Caller) -> None:
    assert (await api.ok("users.getPresence", user="U00000ANA"))["presence"] == "active"


async def test_usergroups_tell_their_people_when_asked(api: Caller) -> None:
    bare = await api.ok("usergroups.list")
    full = await api.ok("usergroups.list", include_users=True)
    assert "users" not in bare["usergroups"][0]
    assert full["usergroups"][0]["users"] == ["U00000ANA", "U00000BEN"]


async def test_a_usergroup_gets_other_people_and_tells_so(api: Caller) -> None:
    args = {"usergroup": "S0SUPPORT"}
    await api.ok("usergroups.users.update", users="U00000ANA,U000TARIQ", **args)
    said = await api.ok("usergroups.users.list", **args)
    assert said["users"] == ["U00000ANA", "U000TARIQ"]
    [event] = api.events("subteam_updated")
    assert event["subteam"]["users"] == ["U00000ANA", "U000TARIQ"]


@pytest.mark.parametrize(
    "usergroup, users, error",
    [
        ("S0NOBODY", "U00000ANA", "no_such_subteam"),
        ("S0SUPPORT", "U0NOBODY", "invalid_users"),
        ("S0SUPPORT", "", "no_users_provided"),
    ],
)
async def test_odd_usergroups_are_refused(
    api: Caller, usergroup: str, users: str, error: str
) -> None:
    if error == "no_such_subteam":
        assert await api.error("usergroups.users.list", usergroup=usergroup) == error
    else:
        found = await api.error("usergroups.users.update", usergroup=usergroup, users=users)
        assert found == error
