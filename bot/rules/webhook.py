"""Calls to others' addresses: how they prove to be ours, and where they never go.

Signed as Standard Webhooks (https://www.standardwebhooks.com, version 1) has it: there are
libraries for all languages that check it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

LEAST_SECRET = 16  # bytes
_PREFIX = "whsec_"
_NAT64 = IPv6Network("64:ff9b::/96")


def key_of(secret: str) -> bytes:
    """The bytes of a secret: after ``whsec_`` in base64, else as it is. ValueError if too few."""
    try:
        told = secret.removeprefix(_PREFIX)
        key = base64.b64decode(told, validate=True) if told != secret else secret.encode()
    except binascii.Error:
        raise ValueError("no base64 after whsec_") from None
    if len(key) < LEAST_SECRET:
        raise ValueError(f"{len(key)} bytes")
    return key


def headers(secret: str, message_id: str, at: int, body: bytes) -> dict[str, str]:
    """What proves a call to be ours; ``message_id`` stays the same however often it is made.

    ``at``: seconds since 1970 by the machine's clock.
    """
    signed = b".".join((message_id.encode(), str(at).encode(), body))
    proof = base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{proof.decode()}",
    }


def is_public(address: str) -> bool:
    """False for addresses of our own networks, also where IPv6 wraps them up.

    Raises ValueError for what is no IP address.
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return _is_public(ip.ipv4_mapped)
        if ip.sixtofour or ip.teredo or ip in _NAT64:
            return False
    return _is_public(ip)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not ip.is_multicast
