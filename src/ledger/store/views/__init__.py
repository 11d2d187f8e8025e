"""The views: a disposable SQLite file that answers questions, and is caught up with the log before each."""

from typing import Final

VERSION: Final = "2"
"""Of the views' tables and of what is computed into them; views of another version are rebuilt."""
