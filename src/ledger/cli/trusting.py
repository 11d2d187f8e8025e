"""Commands by which anyone can check the record: verify, checkpoint, prove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.options import FormatOption, among, example
from ledger.cli.paths import text_of, write
from ledger.cli.session import Session, put, say, show
from ledger.errors import CHECKS, BadInput, NotIntact, Refused
from ledger.reports import columns
from ledger.reports.rows import as_row

if TYPE_CHECKING:
    from ledger.service import Ledger
    from ledger.trust.checkpoint import Checkpoint, Note

PublicKey = Annotated[
    Path | None,
    typer.Option("--public-key", metavar="FILE", help="The key that must have signed it.", show_default=False),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.", show_default=False)
]

checkpoint_app = typer.Typer(rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog=example("verify --checkpoint june.txt --public-key ministry.pub"))(verify)
    checkpoint_app.callback(
        invoke_without_command=True, epilog=example("checkpoint --key ministry.key -o june.txt")
    )(checkpoint)
    checkpoint_app.command(epilog=example("checkpoint keygen ministry.key"))(keygen)
    app.add_typer(checkpoint_app, name="checkpoint")
    app.command(epilog=example("prove 3f2a9c1e -o proof.json", "prove --check proof.json"))(prove)


def verify(
    ctx: typer.Context,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="The record must begin with exactly this; repeatable."),
    ] = None,
    public_key: PublicKey = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="CHECK", help=f"Only this one, of {', '.join(CHECKS)}; repeatable.")
    ] = None,
    form: FormatOption = "table",
) -> None:
    """Check that the record is intact.

    Every finding is told with its position and what it means; exit 1 if there is any.
    """
    session: Session = ctx.obj
    if public_key is not None and not checkpoint:
        raise BadInput("--public-key is for the signature of a checkpoint; name one with --checkpoint")
    points = [_trusted(path, public_key) for path in checkpoint or ()]
    with session.ledger() as ledger:
        audit = ledger.audit(points, among("check", only, CHECKS))
    rows = [as_row(finding) for finding in audit.findings]
    if rows or form != "table":
        show(rows, columns.FINDINGS, ("check", "position", "said"), form)
    if rows:
        say(f"{len(rows)} {'finding' if len(rows) == 1 else 'findings'}: the record is not intact")
        raise typer.Exit(1)
    reached = audit.checkpoint
    say(f"intact: {reached.size} events, root {_encoded(reached.root)}" if reached else "intact: no events yet")


def checkpoint(
    ctx: typer.Context,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Sign it with this private key.", show_default=False)
    ] = None,
    after: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Refuse if the record does not extend this one.", show_default=False),
    ] = None,
    output: Output = None,
) -> None:
    """Print the record's size and root, to be published.

    What the record holds now can't be changed later without that being found.
    """
    if ctx.invoked_subcommand:
        return
    session: Session = ctx.obj
    with session.ledger() as ledger:
        point = ledger.checkpoint()
        if after is not None:
            _check_extends(ledger, point, _trusted(after, None))
    text = point.body()
    if key is not None:
        text += "\n" + _signed(text, key)
    _deliver(text, output)


def keygen(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the private key goes; .pub beside it.")],
    name: Annotated[
        str | None, typer.Option(help="The key's name (default: the record's origin).", show_default=False)
    ] = None,
) -> None:
    """Make a key pair for signing checkpoints (Ed25519)."""
    from ledger.trust import signing  # noqa: PLC0415 - loads the extra

    session: Session = ctx.obj
    if name is None:
        with session.ledger() as ledger:
            name = ledger.checkpoint().origin
    public = signing.write_keys(file, *signing.generate(name))
    say(f"wrote the private key to {file}, which is to be kept secret, and the public key to {public}")


def prove(
    ctx: typer.Context,
    event: Annotated[
        str | None, typer.Argument(metavar="EVENT", help="The event's id, or how it begins.", show_default=False)
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Check this proof; no ledger is needed.", show_default=False),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Prove against this checkpoint (default: now).", show_default=False),
    ] = None,
    public_key: PublicKey = None,
    output: Output = None,
) -> None:
    """Prove that an event is in the record, or check a proof."""
    if (event is None) == (check is None):
        raise BadInput("name the event to prove, or the proof to --check, and not both")
    if check is not None:
        _check_proof(check, public_key)
    elif event is not None:
        _deliver(_proof(ctx.obj, event, checkpoint, public_key), output)


def _proof(session: Session, event: str, checkpoint: Path | None, public_key: Path | None) -> str:
    from ledger.trust.proof import prove  # noqa: PLC0415 - other commands do without

    with session.ledger() as ledger:
        found, _, _ = ledger.find_event(event)
        line = ledger.line_of(found)
        if checkpoint is None:
            text = ledger.checkpoint().body()
        else:
            text = text_of(checkpoint)
            point = _trusted_text(text, checkpoint, public_key)
            _check_extends(ledger, ledger.checkpoint(), point)
            if line.position > point.size:
                raise Refused(f"{found} was recorded at {line.position}, after that checkpoint of {point.size}")
        size = _note(text, "the checkpoint").checkpoint.size
        return prove(line.state, line.position - 1, ledger.leaf_hashes(size), text).to_json()


def _check_proof(path: Path, public_key: Path | None) -> None:
    from ledger.trust.proof import read  # noqa: PLC0415 - other commands do without

    proof = read(text_of(path))
    point = proof.note.checkpoint
    if public_key is not None:
        _check_signed(proof.note, public_key, path)
    if not proof.holds():
        raise NotIntact((), f"{path} proves nothing: its line is not at {proof.index + 1} of that checkpoint")
    put(f"{proof.line}\n")
    say(f"proved: line {proof.index + 1} of the {point.size} of {point.origin}, root {_encoded(point.root)}")


def _trusted(path: Path, public_key: Path | None) -> Checkpoint:
    return _trusted_text(text_of(path), path, public_key)


def _trusted_text(text: str, path: Path, public_key: Path | None) -> Checkpoint:
    note = _note(text, path)
    if public_key is not None:
        _check_signed(note, public_key, path)
    elif note.signatures:
        say(f"{path} is signed; give --public-key to check by whom")
    return note.checkpoint


def _check_signed(note: Note, public_key: Path, path: Path) -> None:
    from ledger.trust import signing  # noqa: PLC0415 - loads the extra

    key = signing.read_public(public_key)
    if not signing.is_signed_by(note, key):
        raise NotIntact((), f"{path} carries no good signature of {key.name} by the key in {public_key}")


def _check_extends(ledger: Ledger, now: Checkpoint, before: Checkpoint) -> None:
    from ledger.trust.merkle import consistency_proof, verify_consistency  # noqa: PLC0415

    same = now.origin == before.origin and 0 < before.size <= now.size
    proof = consistency_proof(before.size, ledger.leaf_hashes(now.size)) if same else []
    if not same or not verify_consistency(before.size, now.size, before.root, now.root, proof):
        raise Refused(
            f"the record does not extend that checkpoint of {before.size} events of {before.origin}; "
            "`ledger verify --checkpoint` says in what"
        )


def _signed(text: str, key: Path) -> str:
    from ledger.trust import signing  # noqa: PLC0415 - loads the extra
    from ledger.trust.checkpoint import signature_line  # noqa: PLC0415

    return signature_line(signing.sign(text, signing.read_private(key)))


def _note(text: str, where: object) -> Note:
    from ledger.trust.checkpoint import parse  # noqa: PLC0415

    try:
        return parse(text)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None


def _deliver(text: str, output: Path | None) -> None:
    if output is None:
        put(text)
    else:
        write(output, [text.encode()])
        say(f"wrote {output}")


def _encoded(root: bytes) -> str:
    from ledger.trust.checkpoint import encode  # noqa: PLC0415

    return encode(root)
