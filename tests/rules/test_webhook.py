"""Calls to others' addresses: proofs that libraries check, and addresses that are never called."""

from __future__ import annotations

import base64

import pytest

from bot.rules import webhook

# The example of the specification (github.com/standard-webhooks, spec and libraries' tests).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'


def test_a_call_is_signed_as_the_specification_has_it() -> None:
    told = webhook.headers(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY)
    assert told == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_is_taken_as_it_is_without_the_prefix() -> None:
    plain = "a secret of many characters"
    told = f"whsec_{base64.b64encode(plain.encode()).decode()}"
    assert webhook.key_of(plain) == webhook.key_of(told) == plain.encode()


@pytest.mark.parametrize("secret", ["", "short", "whsec_", "whsec_!!!!!!!!!!!!!!!!!!!!!!"])
def test_a_secret_that_anybody_could_guess_is_none(secret: str) -> None:
    with pytest.raises(ValueError, match=r"bytes|base64"):
        webhook.key_of(secret)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:1::",
    ],
)
def test_addresses_of_our_own_networks_are_known(address: str) -> None:
    assert not webhook.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111"])
def test_all_others_may_be_called(address: str) -> None:
    assert webhook.is_public(address)
