"""The fields of the line as options: named as there, with `-` for `_` (design, section 6)."""

from __future__ import annotations

from typing import Annotated

import typer

Commitment = Annotated[
    str, typer.Argument(metavar="ID", help="The commitment, like apec-2025.", show_default=False)
]
On = Annotated[str, typer.Option(metavar="DAY", help="The day it happened; the last, of what took several.")]
Parties = Annotated[
    str | None,
    typer.Option(metavar="CODES", help="Countries, like USA,JPN (default: all that can be).", show_default=False),
]
Note = Annotated[str | None, typer.Option(help="What else should be known.", show_default=False)]
NeededNote = Annotated[str, typer.Option("--note", help="One sentence on what the source shows.")]
SourceTitle = Annotated[str | None, typer.Option(help="The source's title.", show_default=False)]
SourceUrl = Annotated[str | None, typer.Option(help="The source's address.", show_default=False)]
NeededTitle = Annotated[str, typer.Option("--source-title", help="The source's title.")]
NeededUrl = Annotated[str, typer.Option("--source-url", help="The source's address.")]
PublishedOn = Annotated[
    str | None, typer.Option(metavar="DAY", help="When the source was published.", show_default=False)
]
Occurrence = Annotated[
    str | None, typer.Option(help="Which occurrence of a standing commitment.", show_default=False)
]
StatementId = Annotated[str | None, typer.Option(metavar="ID", help="The statement.", show_default=False)]
Paragraph = Annotated[int | None, typer.Option(help="The paragraph the quote begins in.", show_default=False)]
Quote = Annotated[str | None, typer.Option(help="The statement's own words.", show_default=False)]
Title = Annotated[str | None, typer.Option(help="What the commitment is, in a few words.", show_default=False)]
Theme = Annotated[str | None, typer.Option(metavar="SLUG", help="The section's theme.", show_default=False)]
Nature = Annotated[str | None, typer.Option(help="one-off or standing.", show_default=False)]
Strength = Annotated[str | None, typer.Option(help="high, medium or low.", show_default=False)]
Due = Annotated[str | None, typer.Option(metavar="DAY", help="When it falls due.", show_default=False)]
DueBasis = Annotated[str | None, typer.Option(help="stated or inferred.", show_default=False)]
NeededReason = Annotated[str, typer.Option("--reason", help="Why; it stays in the record.")]
