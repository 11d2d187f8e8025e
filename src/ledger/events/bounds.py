"""What is read of what comes from outside: enough for every statement there is, and little enough to be held."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 8_000_000
"""Bytes that a line may have, or a file that is read at once: several times what a statement's text takes."""
TOO_LONG: Final = f"a line has at most {LONGEST:,} bytes, which no statement needs; nothing longer is taken in"

LONGEST_DRAFT: Final = 4 * LONGEST
"""Characters of a reviewed draft, which is read at once: a statement's text, its sentences, and their reasons."""
MOST_ROWS: Final = 100_000
"""Its rows; a sentence has a few."""

MOST_VALUES: Final = 1_000
"""Names or countries in one event, which has a few."""

MOST_FAULTS: Final = 10_000
"""Faults that are told of one file; whoever reads them mends the first, and gives the file again."""
TOO_MANY: Final = "this and what follows was not looked at: too much is at fault before it"
