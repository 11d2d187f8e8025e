"""Making the named tuples that every event of every replay makes."""

from __future__ import annotations

from typing import Final

new: Final = tuple.__new__
"""`new(Class, values)`, in C: a named tuple's own constructor is a function of Python, at half a microsecond."""
