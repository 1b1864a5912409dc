"""files.*: three steps up, a token down, and only a hint in Slack Connect."""

import aiohttp

from sandbox.people.talk import Attachment
from tests.sandbox.caller import Caller

BEARER = {"Authorization": "Bearer xoxb-sandbox"}


async def uploaded(api: Caller, channel: str = "triage", content: bytes = b"a,b") -> str:
    """Upload by the three steps; the file's id."""
    begun = await api.ok("files.getUploadURLExternal", filename="a.csv", length=len(content))
    async with aiohttp.ClientSession() as session:
        answer = await session.post(begun["upload_url"], data=content)
        assert answer.status == 200
    await api.ok(
        "files.completeUploadExternal",
        files=[{"id": begun["file_id"], "title": "Figures"}],
        channel_id=api.channel(channel).id,
        initial_comment="Here",
    )
    return str(begun["file_id"])


async def fetch(address: str, headers: dict[str, str]) -> tuple[str, bytes]:
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        return answer.content_type, await answer.read()


async def test_slack_sdks_own_upload_works(api: Caller) -> None:
    said = await api.client.files_upload_v2(
        channel="C000TRIAGE", content="hello", filename="a.txt", initial_comment="See"
    )
    assert said["files"][0]["title"]
    [message] = api.channel("triage").messages.values()
    assert (message.text, message.subtype) == ("See", "file_share")


async def test_a_shared_file_is_told_and_found(api: Caller) -> None:
    file_id = await uploaded(api)
    [event] = api.events("file_shared")
    assert (event["file_id"], event["channel_id"]) == (file_id, "C000TRIAGE")
    file = (await api.ok("files.info", file=file_id))["file"]
    assert (file["title"], file["size"], file["mimetype"]) == ("Figures", 3, "text/csv")
    assert file["shares"]["private"]["C000TRIAGE"][0]["ts"]


async def test_in_slack_connect_the_message_only_hints_at_its_file(api: Caller) -> None:
    file_id = await uploaded(api, "acme-harbour")
    [event] = api.events("message", "file_share")
    assert event["files"] == [{"id": file_id, "file_access": "check_file_info"}]


async def test_bytes_that_do_not_fit_the_length_are_refused(api: Caller) -> None:
    begun = await api.ok("files.getUploadURLExternal", filename="a.txt", length=5)
    async with aiohttp.ClientSession() as session:
        assert (await session.post(begun["upload_url"], data=b"four")).status == 400
    error = await api.error("files.completeUploadExternal", files=[{"id": begun["file_id"]}])
    assert error == "file_not_found"


async def test_a_file_of_a_form_is_taken_too(api: Caller) -> None:
    begun = await api.ok("files.getUploadURLExternal", filename="a.txt", length=5)
    form = aiohttp.FormData()
    form.add_field("filename", b"hello", filename="a.txt")
    async with aiohttp.ClientSession() as session:
        assert (await session.post(begun["upload_url"], data=form)).status == 200
    assert api.world.files[begun["file_id"]].content == b"hello"


async def test_a_download_with_the_token_gives_the_bytes(api: Caller) -> None:
    file = (await api.ok("files.info", file=await uploaded(api)))["file"]
    assert await fetch(file["url_private"], BEARER) == ("text/csv", b"a,b")
    assert await fetch(file["url_private_download"], BEARER) == ("text/csv", b"a,b")


async def test_a_download_without_right_gives_a_login_page(api: Caller) -> None:
    file = (await api.ok("files.info", file=await uploaded(api)))["file"]
    assert (await fetch(file["url_private"], {}))[0] == "text/html"
    api.box.people.senses.app.scopes.remove("files:read")
    assert (await fetch(file["url_private"], BEARER))[0] == "text/html"


async def test_files_elsewhere_are_not_seen(api: Caller) -> None:
    api.box.people.say("ana", "#general", "Look", files=[Attachment("a.txt", b"x")])
    [file_id] = api.world.files
    assert await api.error("files.info", file=file_id) == "file_not_found"
    assert (await api.ok("files.list"))["files"] == []


async def test_files_are_listed_by_channel(api: Caller) -> None:
    here, _ = await uploaded(api, "triage"), await uploaded(api, "help")
    said = await api.ok("files.list", channel="C000TRIAGE")
    assert [file["id"] for file in said["files"]] == [here]
    assert said["paging"]["total"] == 1


async def test_only_an_own_file_is_deleted(api: Caller) -> None:
    own = await uploaded(api)
    await api.ok("files.delete", file=own)
    assert await api.error("files.info", file=own) == "file_deleted"
    assert [event["file_id"] for event in api.events("file_deleted")] == [own]


async def test_sharing_wants_the_bot_in_the_channel(api: Caller) -> None:
    begun = await api.ok("files.getUploadURLExternal", filename="a.txt", length=1)
    api.world.files[begun["file_id"]].content = b"x"
    error = await api.error(
        "files.completeUploadExternal", files=[{"id": begun["file_id"]}], channel_id="C00GENERAL"
    )
    assert error == "not_in_channel"


async def test_a_picture_that_nobody_shared_is_shown_by_the_block_that_names_it(
    api: Caller,
) -> None:
    content = b"\x89PNG\r\n"
    begun = await api.ok("files.getUploadURLExternal", filename="a.png", length=len(content))
    shown = {"type": "image", "slack_file": {"id": begun["file_id"]}, "alt_text": "Figures"}
    about = {"channel": "C000TRIAGE", "text": "Figures", "blocks": [shown]}
    assert await api.error("chat.postMessage", **about) == "invalid_blocks"
    async with aiohttp.ClientSession() as session:
        await session.post(begun["upload_url"], data=content)
    await api.ok("files.completeUploadExternal", files=[{"id": begun["file_id"]}])
    await api.ok("chat.postMessage", **about)
    [message] = api.channel("triage").messages.values()
    assert message.blocks[0]["slack_file"] == {"id": begun["file_id"]}
    assert not api.world.files[begun["file_id"]].channels
