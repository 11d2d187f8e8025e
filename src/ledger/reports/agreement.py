"""Two codings of one statement side by side: how far they agree, and where they do not.

Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ledger.cells import cells_of
from ledger.drafting.resaved import kept
from ledger.errors import BadInput

COUNTED: Final = ("pledge", "no pledge")
"""The verdicts that count; headings, and tails of sentences that the text breaks, do not."""
_NEEDED: Final = {"paragraph", "verdict"}


class Place(NamedTuple):
    """A sentence: its paragraph, and its number in that."""

    paragraph: int
    number: int

    def __str__(self) -> str:
        return f"{self.paragraph}.{self.number}"


@dataclass(frozen=True, slots=True)
class Coded:
    """What a coder decided on a sentence: `pledges` has (parties, kind) for each; `text` may be unknown."""

    verdict: str
    rule: str
    text: str
    pledges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Coding:
    """A coding of a statement, sentence by sentence; `statement` is empty where the file does not say."""

    name: str
    statement: str
    sentences: Mapping[Place, Coded]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two codings agree on the sentences that both count.

    `both`, `only_a`, `only_b` and `neither` count the sentences that they take for pledges; `kappa` is None where
    chance alone would make them agree. `parties` and `kind` are how many of `both` they describe alike.
    """

    both: int
    only_a: int
    only_b: int
    neither: int
    parties: int
    kind: int
    left_out: int
    disagreements: tuple[dict[str, Any], ...]

    @property
    def sentences(self) -> int:
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def agreement(self) -> float:
        """The share of sentences with the same verdict."""
        return (self.both + self.neither) / self.sentences

    @property
    def expected(self) -> float:
        """The share that chance would give to coders who take as many for pledges."""
        a, b, n = self.both + self.only_a, self.both + self.only_b, self.sentences
        return (a * b + (n - a) * (n - b)) / n**2

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa."""
        return None if self.expected == 1 else (self.agreement - self.expected) / (1 - self.expected)


def read_coding(content: bytes, name: str, coder: str | None = None) -> Coding:
    """A coding from CSV: a draft, reviewed or not, or a table with paragraph, sentence (its number) and verdict.

    In a reviewed draft the column `keep` goes before the verdict. `coder` chooses one of several in a file. Raises
    `BadInput` of what is no coding.
    """
    rows = list(_rows(content, name))
    coders = sorted({row["coder"] for row in rows if row.get("coder")})
    if coder is None and len(coders) > 1:
        raise BadInput(f"{name} has codings by {' and '.join(coders)}; name one, like {name}:{coders[0]}")
    if coder is not None and coder not in coders:
        raise BadInput(f"{name} has no coding by {coder!r}; it has {', '.join(coders) or 'no column coder'}")
    found: dict[Place, list[dict[str, str]]] = {}
    for number, row in enumerate(rows, 2):
        if row.get("paragraph") and (coder is None or row["coder"] == coder):
            found.setdefault(_place(row, f"{name}, row {number}"), []).append(row)
    if not any(row["verdict"] in COUNTED for rows in found.values() for row in rows):
        raise BadInput(f"{name} has no sentence that is a pledge or no pledge: it is no coding")
    statement = next((row["statement"] for row in rows if row.get("statement")), "")
    told = f"{name}:{coder}" if coder else name
    return Coding(told, statement, {place: _coded(rows, name) for place, rows in sorted(found.items())})


def _rows(content: bytes, name: str) -> Iterable[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
        header = text.partition("\n")[0]
        delimiter = max(",;\t", key=header.count)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        names = {one.strip() for one in reader.fieldnames or ()}
        if missing := sorted(_NEEDED - names) or ([] if names & {"number", "sentence"} else ["sentence"]):
            raise BadInput(f"{name} is no coding: it has no column {' or '.join(missing)}")
        for row in reader:
            row.pop(None, None)  # what stands beyond the last column
            yield cells_of(row)
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not UTF-8; save it as CSV UTF-8") from None
    except csv.Error as error:
        raise BadInput(f"{name} is not CSV: {error}") from None


def _place(row: Mapping[str, str], where: str) -> Place:
    try:
        return Place(int(row["paragraph"]), int(row.get("number") or row.get("sentence", "")))
    except ValueError:
        raise BadInput(f"{where}: paragraph and number of the sentence are not whole numbers") from None


def _coded(rows: list[dict[str, str]], name: str) -> Coded:
    pledges = [row for row in rows if _verdict(row, name) == "pledge"]
    words = {_verdict(row, name) for row in rows}
    return Coded(
        "pledge" if pledges else words.pop(),
        " ".join(sorted({row.get("rule") or row.get("rules") or "" for row in pledges or rows})),
        next((row["sentence"] for row in rows if "number" in row), ""),
        tuple(sorted((" ".join(sorted(row.get("parties", "").split())), row.get("kind", "")) for row in pledges)),
    )


def _verdict(row: Mapping[str, str], name: str) -> str:
    try:
        keep = kept(row.get("keep", ""))
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from None
    return row["verdict"] if keep is None else COUNTED[not keep]


def compare(a: Coding, b: Coding) -> Agreement:
    """Two codings side by side. Raises `BadInput` unless they are of the same sentences."""
    _check_same(a, b)
    pairs = {place: (a.sentences[place], b.sentences[place]) for place in a.sentences if place in b.sentences}
    counted = {place: pair for place, pair in pairs.items() if all(one.verdict in COUNTED for one in pair)}
    found = [(one.verdict == "pledge", other.verdict == "pledge") for one, other in counted.values()]
    both = [pair for pair in counted.values() if all(one.verdict == "pledge" for one in pair)]
    return Agreement(
        both=len(both),
        only_a=found.count((True, False)),
        only_b=found.count((False, True)),
        neither=found.count((False, False)),
        parties=sum(_alike(pair, lambda pledge: pledge[0]) for pair in both),
        kind=sum(_alike(pair, lambda pledge: pledge[1]) for pair in both),
        left_out=sum((one.verdict in COUNTED) != (other.verdict in COUNTED) for one, other in pairs.values()),
        disagreements=tuple(_disagreement(place, *pair) for place, pair in counted.items() if _differ(*pair)),
    )


def _check_same(a: Coding, b: Coding) -> None:
    if a.statement and b.statement and a.statement != b.statement:
        raise BadInput(f"{a.name} codes {a.statement}, and {b.name} codes {b.statement}: compare two of one")
    for one, other in ((a, b), (b, a)):
        lacking = [
            str(place)
            for place, coded in one.sentences.items()
            if coded.verdict in COUNTED and place not in other.sentences
        ]
        if lacking:
            some = ", ".join(lacking[:8]) + (" …" if len(lacking) > 8 else "")
            raise BadInput(
                f"{one.name} and {other.name} do not code the same sentences: {some} (paragraph and number) "
                f"{'is' if len(lacking) == 1 else 'are'} only in {one.name}"
            )
    for place, coded in a.sentences.items():
        there = b.sentences.get(place)
        if there and coded.text and there.text and coded.text.split() != there.text.split():
            raise BadInput(f"{a.name} and {b.name} do not code the same text: they differ at {place}")


def _alike(pair: tuple[Coded, Coded], part: Callable[[tuple[str, str]], str]) -> bool:
    one, other = ({part(pledge) for pledge in coded.pledges} for coded in pair)
    return one == other


def _differ(a: Coded, b: Coded) -> bool:
    return a.verdict != b.verdict or {*a.pledges} != {*b.pledges}


def _disagreement(place: Place, a: Coded, b: Coded) -> dict[str, Any]:
    on = "verdict"
    if a.verdict == b.verdict:
        on = " ".join(
            word
            for word, at in (("parties", 0), ("kind", 1))
            if {p[at] for p in a.pledges} != {p[at] for p in b.pledges}
        )
    return {
        "paragraph": place.paragraph,
        "number": place.number,
        "on": on or "parties and kind together",
        "a": _said(a),
        "b": _said(b),
        "sentence": a.text or b.text or None,
    }


def _said(coded: Coded) -> str:
    pledges = "; ".join(" ".join(filter(None, (kind, parties))) for parties, kind in coded.pledges)
    return ", ".join(filter(None, (f"{coded.verdict} {coded.rule}".strip(), pledges)))
