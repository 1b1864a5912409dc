"""Digests and customers’ reports: of use for a while, to those who may read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.errors import ChartFact, Missing, Unknown
from bot.rules import digest as rules_of_digests
from bot.usecases import briefing, digest
from bot.usecases.tell import posts
from bot.usecases.tell.outgoing import BAD_BLOCKS, Dropped, Prepared, Teller
from bot.usecases.work import Work
from storage import digests
from storage.records.boxes import Post
from storage.records.digests import Digest


def _digest(work: Work, post: Post) -> Prepared:
    """It waits a moment for its picture; what Slack refused with one goes without."""
    found = digests.by_id(work.unit, post.body["digest_id"])
    if found is None:
        raise Missing("That digest is not there any more.")
    if not post.ts and (why := _passed_digest(work, found)):
        return Dropped(post, why)
    if not post.ts and briefing.lacks_picture(found):
        raise Unknown(ChartFact(found.id))
    scene = briefing.scene(work, found, told_at=posts.told_at(work, post))
    if post.error == BAD_BLOCKS:
        scene = replace(scene, file_id="")
    return posts.message(work, post, {"scene": scene})


def _passed_digest(work: Work, found: Digest) -> str:
    """Why nobody is told a digest any more, ``""`` while it is of use."""
    if not found.is_asked and work.at - found.slot_at > rules_of_digests.LATEST[found.kind]:
        return "It would come too late to be of use."
    subscription = digests.subscription(work.unit, found.subscription_id)
    if subscription is None or not digest.may_read(work, subscription):
        return "Its reader may not see it any more."
    return ""


def _customer_report(work: Work, post: Post) -> Prepared:
    found = digests.by_id(work.unit, post.body["digest_id"])
    if found is None:
        raise Missing("That report is not there any more.")
    if why := _passed_digest(work, found):
        return Dropped(post, why)
    scene = briefing.customer(work, found, posts.place(work, post))
    return posts.message(work, post, {"scene": scene})


TELLERS: Mapping[str, Teller] = MappingProxyType(
    {"digest": _digest, "customer-report": _customer_report}
)
