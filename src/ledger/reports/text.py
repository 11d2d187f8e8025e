"""Text from the outside, made safe for where it is shown: it is data there, and nothing else."""

from __future__ import annotations

import re
from typing import Final

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What steers a terminal, breaks lines unseen or turns the direction of writing; tabs and newlines are kept."""

_MARKDOWN: Final = re.compile(r"[\\`*_\[\]<>|#~&]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
"""What markdown takes for its own: signs anywhere, and what begins a list, a rule or a heading."""


def plain(text: str) -> str:
    """For terminals and pages: without control characters."""
    return _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(plain(text).split())


def markdown(text: str) -> str:
    """For markdown, on one line: its signs stand for themselves."""
    return _MARKDOWN.sub(r"\\\g<0>", one_line(text))


def markdown_link(label: str, url: str) -> str:
    """A link whose label and address can't break out of it."""
    address = one_line(url).replace("\\", "\\\\").replace("&", "&amp;")
    return f"[{markdown(label)}](<{address.replace('<', '%3C').replace('>', '%3E')}>)"
