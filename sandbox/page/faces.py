"""Faces: initials on the person's colour, drawn as SVG so that no picture is ever fetched."""

from __future__ import annotations

from markupsafe import Markup

from sandbox.world import User

_DRAWING = Markup(
    '<svg class="face" viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" rx="8" '
    'fill="#{}"/><text x="18" y="18.5" fill="{}">{}</text></svg>'
)
_APP = Markup(
    '<svg class="face" viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" rx="8" '
    'fill="#1f3a5f"/><g fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round">'
    '<path d="M12 9h12M12 27h12M14 9v18M22 9v18" stroke="#ffd166"/>'
    '<path d="M11.5 13.5l13 2.5M11.5 18l13 2.5M11.5 22.5l9 1.8"/></g></svg>'
)
_GONE = Markup(
    '<svg class="face face-gone" viewBox="0 0 36 36" aria-hidden="true">'
    '<rect width="36" height="36" rx="8" fill="#e9eaee"/><path fill="none" stroke="#6b7280" '
    'stroke-width="2" stroke-linecap="round" '
    'd="M12 13h12M15.5 13v-2h5v2M13.5 13l1 12h7l1-12"/></svg>'
)


def initials(name: str) -> str:
    """``Carla Moreno`` is CM, ``carla`` is C."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper() or "?"


def ink(color: str) -> str:
    """Black or white, whichever reads better on ``color`` (six hex digits)."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (0, 2, 4))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#fff" if luminance < 0.179 else "#1a1d21"


def _linear(part: float) -> float:
    """One sRGB channel as light (WCAG 2.1, relative luminance)."""
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


def of(user: User) -> Markup:
    """A person's or app's face."""
    return _APP if user.is_bot else named(user.real_name or user.name, user.color)


def named(name: str, color: str = "5b6472") -> Markup:
    """The face of somebody known by name only."""
    return _DRAWING.format(color, ink(color), initials(name))


def gone() -> Markup:
    """What stands beside a deleted message."""
    return _GONE
