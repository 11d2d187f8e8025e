"""Commands that append: one function a kind, and `import` for many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli.fields import (
    Commitment,
    Due,
    DueBasis,
    Nature,
    NeededNote,
    NeededReason,
    NeededTitle,
    NeededUrl,
    Note,
    Occurrence,
    On,
    Paragraph,
    Parties,
    PublishedOn,
    Quote,
    SourceTitle,
    SourceUrl,
    StatementId,
    Strength,
    Theme,
    Title,
)
from ledger.cli.options import ByOption, DryRunOption, codes, example, given
from ledger.cli.paths import STDIN, opened, text_of
from ledger.cli.session import Session, progress, put, recorder, say, warn
from ledger.errors import BadInput


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        epilog=example(
            "register lima.txt --id lima-2024 "
            '--title "Lima statement" --on 2024-11-15 '
            "--parties USA,JPN,KOR "
            "--place Lima"
        )
    )(register)
    app.command(
        "make",
        epilog=example(
            "make tree-planting --on 2025-05-01 --parties JPN,KOR "
            '--title "Plant trees" '
            "--nature standing --strength high "
            '--source-title "A paper" --source-url https://example.org/a'
        ),
    )(_saying("made", "Record that a commitment was made. The first event also describes it."))
    app.command(
        "reaffirm",
        epilog=example(
            'reaffirm apec-2025 --on 2025-07-11 --source-title "A paper" --source-url https://example.org/a'
        ),
    )(_saying("reaffirmed", "Record that it was said again to stand. As the first event, it also describes it."))
    app.command(
        epilog=example(
            'fulfill trilateral-meetings --on 2025-07-18 --occurrence "15th meeting" '
            '--source-title "A paper" --source-url https://example.org/a '
            '--note "The vice-ministers met in Tokyo."'
        )
    )(fulfill)
    app.command(
        epilog=example(
            "lapse supply-chains --on 2026-06-30 --parties KOR --reason abandoned "
            '--source-title "A paper" --source-url https://example.org/a '
            '--note "The minister withdrew it."'
        )
    )(lapse)
    app.command(
        epilog=example(
            "assess supply-chains --on 2026-06-30 --score 0 "
            '--source-title "A paper" --source-url https://example.org/a'
        )
    )(assess)
    app.command(epilog=example('amend apec-2025 --title "Support for APEC 2025" --reason "Typing error"'))(amend)
    app.command(epilog=example('retract 3f2a9c1e --reason "Recorded under the wrong country"'))(retract)
    app.command("import", epilog=example("import --dry-run events.csv"))(import_)


def register(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The statement's text, UTF-8; - for stdin.")],
    statement: Annotated[str, typer.Option("--id", metavar="ID", help="Its short name, like lima-2024.")],
    title: Annotated[str, typer.Option(help="Its title.")],
    on: Annotated[str, typer.Option(metavar="DAY", help="The day of issue.")],
    parties: Annotated[str, typer.Option(metavar="CODES", help="Who issued it, like USA,JPN,KOR.")],
    place: Annotated[str | None, typer.Option(help="Where it was issued.", show_default=False)] = None,
    url: Annotated[str | None, typer.Option(help="Where it is published.", show_default=False)] = None,
    by: ByOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Enter a statement into the record, with its text."""
    content = given(
        kind="registered",
        statement=statement,
        title=title,
        occurred_on=on,
        parties=codes(parties),
        place=place,
        url=url,
        text=text_of(file).replace("\r\n", "\n").replace("\r", "\n").strip(),
    )
    _record(ctx, content, by, dry_run)


def _saying(kind: str, help_text: str) -> Callable[..., None]:
    """The command of `made` or `reaffirmed`, which say the same things."""

    def command(
        ctx: typer.Context,
        commitment: Commitment,
        on: On,
        parties: Parties = None,
        statement: StatementId = None,
        paragraph: Paragraph = None,
        quote: Quote = None,
        source_title: SourceTitle = None,
        source_url: SourceUrl = None,
        source_published_on: PublishedOn = None,
        title: Title = None,
        theme: Theme = None,
        nature: Nature = None,
        strength: Strength = None,
        due: Due = None,
        due_basis: DueBasis = None,
        note: Note = None,
        by: ByOption = None,
        dry_run: DryRunOption = False,
    ) -> None:
        source = _source(source_title, source_url, source_published_on)
        said = given(statement=statement, paragraph=paragraph, quote=quote)
        described = given(title=title, theme=theme, nature=nature, strength=strength, due=due, due_basis=due_basis)
        content = _dated(kind, commitment, on, parties, source, note)
        _record(ctx, content | said | described, by, dry_run)

    command.__doc__ = help_text
    return command


def fulfill(
    ctx: typer.Context,
    commitment: Commitment,
    on: On,
    source_title: NeededTitle,
    source_url: NeededUrl,
    note: NeededNote,
    parties: Parties = None,
    occurrence: Occurrence = None,
    source_published_on: PublishedOn = None,
    by: ByOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Record that a commitment was kept.

    A one-off commitment is kept once and for all, a standing one in one occurrence.
    """
    source = _source(source_title, source_url, source_published_on)
    content = _dated("fulfilled", commitment, on, parties, source, note)
    _record(ctx, content | given(occurrence=occurrence), by, dry_run)


def lapse(
    ctx: typer.Context,
    commitment: Commitment,
    on: On,
    source_title: NeededTitle,
    source_url: NeededUrl,
    note: NeededNote,
    reason: Annotated[
        str, typer.Option(help="deadline-passed, reversed, superseded, abandoned or moot.", show_default=False)
    ],
    parties: Parties = None,
    occurrence: Occurrence = None,
    source_published_on: PublishedOn = None,
    by: ByOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Record that a commitment was not kept or binds no more."""
    source = _source(source_title, source_url, source_published_on)
    content = _dated("lapsed", commitment, on, parties, source, note)
    _record(ctx, content | given(reason=reason, occurrence=occurrence), by, dry_run)


def assess(
    ctx: typer.Context,
    commitment: Commitment,
    on: On,
    score: Annotated[int, typer.Option(help="-1 not kept, 0 in progress or in part, 1 kept.")],
    source_title: NeededTitle,
    source_url: NeededUrl,
    parties: Parties = None,
    assessor: Annotated[str | None, typer.Option(help="Whose judgement it is.", show_default=False)] = None,
    source_published_on: PublishedOn = None,
    note: Note = None,
    by: ByOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Record evidence that settles nothing; it moves no status."""
    source = _source(source_title, source_url, source_published_on)
    content = _dated("assessed", commitment, on, parties, source, note)
    _record(ctx, content | given(score=score, assessor=assessor), by, dry_run)


def amend(
    ctx: typer.Context,
    commitment: Commitment,
    reason: NeededReason,
    title: Title = None,
    theme: Theme = None,
    nature: Nature = None,
    strength: Strength = None,
    due: Due = None,
    due_basis: DueBasis = None,
    no_due: Annotated[bool, typer.Option("--no-due", help="Take the due date back.")] = False,
    parties: Annotated[
        str | None, typer.Option(metavar="CODES", help="All its parties, old and new.", show_default=False)
    ] = None,
    by: ByOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Restate a description that was written wrongly.

    Terms that were renegotiated are a new commitment, the old one lapsed as superseded.
    """
    changes = given(title=title, theme=theme, nature=nature, strength=strength, due=due, due_basis=due_basis)
    changes |= given(parties=codes(parties))
    if no_due:
        if due or due_basis:
            raise BadInput("--no-due takes the due date back: give no --due or --due-basis with it")
        changes |= {"due": None, "due_basis": None}
    _record(ctx, {"kind": "amended", "commitment": commitment, "changes": changes, "reason": reason}, by, dry_run)


def retract(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="The event's id, or how it begins.")],
    reason: NeededReason,
    by: ByOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Void an entry that should not be there.

    It stays in the log, with the reason.
    """
    session: Session = ctx.obj
    with session.ledger() as ledger:
        found, commitment, statement = ledger.find_event(event)
    stream = {"commitment": commitment} if commitment else {"statement": statement}
    _record(ctx, {"kind": "retracted", **stream, "event": found, "reason": reason}, by, dry_run)


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL, or CSV with a header; - for stdin.")],
    by: ByOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Record many events from a file, all or none.

    Every fault is reported with its line; what is recorded already is passed over. Of a draft that was reviewed,
    only the rows whose `keep` says yes go in, and their statement with them.
    """
    from ledger.drafting.review import Review  # noqa: PLC0415 - other commands do without
    from ledger.intake import FactsOnDisk, read  # noqa: PLC0415

    session: Session = ctx.obj
    facts = FactsOnDisk.at(file) if file != STDIN else None
    total = facts.lines if facts else None
    with session.ledger() as ledger, opened(file) as source, progress(f"Importing {file}", total) as advance:
        ledger.progress = advance
        review = Review(ledger.origins)
        report = ledger.import_facts(facts or read(source, review), by=recorder(by), dry_run=dry_run)
    for skipped in report.skipped:
        warn(f"line {skipped.line} was skipped: {skipped.error}")
    verb = "would be recorded" if dry_run else "recorded"
    say(f"{report.recorded} {verb}, {report.already} already recorded, {len(report.skipped)} skipped")
    if review.rejected or review.waiting:
        say(f"of the draft, {review.rejected} rejected, {review.waiting} await a decision in the column keep")


def _dated(
    kind: str, commitment: str, on: str, parties: str | None, source: dict[str, str] | None, note: str | None
) -> dict[str, Any]:
    return given(
        kind=kind, commitment=commitment, parties=codes(parties), occurred_on=on, source=source, note=note
    )


def _source(title: str | None, url: str | None, published_on: str | None) -> dict[str, str] | None:
    return given(title=title, url=url, published_on=published_on) or None


def _record(ctx: typer.Context, content: dict[str, Any], by: str | None, dry_run: bool) -> None:
    from ledger.events.lines import fact_from  # noqa: PLC0415 - commands that ask do without

    session: Session = ctx.obj
    fact = fact_from(content)
    with session.ledger() as ledger:
        receipt = ledger.record(fact, by=recorder(by), dry_run=dry_run)
    of = getattr(receipt.fact, "commitment", None) or getattr(receipt.fact, "statement", None)
    parties = " ".join(getattr(receipt.fact, "parties", None) or ())
    voided = "an entry of " if receipt.fact.kind == "retracted" else ""
    what = f"{voided}{of} {receipt.fact.kind}{f' for {parties}' if parties else ''}"
    if not receipt.new:
        say(f"already recorded: {what}, at position {receipt.position}")
    else:
        say(f"{'would be recorded' if dry_run else 'recorded'}: {what}, at position {receipt.position}")
    if not dry_run:
        put(f"{receipt.id}\n")
