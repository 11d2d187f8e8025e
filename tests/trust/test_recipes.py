"""The recipes of docs/verification.md do what the page says, on a real record, with nothing of this program.

Each is run as it stands on the page: Python blocks by an interpreter that knows no installed packages (but for the
one that says it needs `cryptography`), shell blocks by `sh`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger import Ledger
from tests.trust import spec
from tests.trust.scene import clock, enveloped

PAGE = Path(__file__).parents[2] / "docs" / "verification.md"
BIN = Path(sys.executable).parent


def blocks() -> dict[str, list[tuple[str, str]]]:
    """The fenced blocks (language, content) of each section of the page."""
    found: dict[str, list[tuple[str, str]]] = {}
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        heading, _, content = section.partition("\n")
        found[heading] = re.findall(r"^```(\w+)\n(.*?)^```$", content, flags=re.MULTILINE | re.DOTALL)
    return found


BLOCKS = blocks()
ROOT = "The root of a record"
PREFIX = "Does a record still begin with what was published?"
PROOF = "One event, without the record"
SIGNED = "A signed checkpoint"
REPORT = "How reports anchor the history"


def block(section: str, language: str, number: int = 0) -> str:
    return [content for found, content in BLOCKS[section] if found == language][number]


@dataclass(frozen=True)
class Reader:
    """Someone with files, a shell and Python, and no ledger."""

    folder: Path

    def python(self, code: str, *, packages: bool = False) -> subprocess.CompletedProcess[str]:
        alone = ["-I"] if packages else ["-I", "-S"]
        return self._run(sys.executable, *alone, "-c", code)

    def shell(self, code: str) -> subprocess.CompletedProcess[str]:
        return self._run("sh", "-e", "-c", code)

    def write(self, name: str, content: str | bytes) -> None:
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
        env |= {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory, brussels_lines: list[bytes]) -> Path:
    """What the page's own commands make of the shipped record."""
    publisher = Reader(tmp_path_factory.mktemp("publisher"))
    Ledger.create(publisher.folder / "ledger.db", clock=clock, lines=brussels_lines).close()
    for section in (ROOT, PROOF, SIGNED):
        made = publisher.shell(block(section, "sh"))
        assert made.returncode == 0, made.stderr
    made = publisher.shell("ledger report -o report.md")
    assert made.returncode == 0, made.stderr
    return publisher.folder


@pytest.fixture
def reader(handed_out: Path, tmp_path: Path) -> Reader:
    """A reader to whom files were handed, the record's database and the private key not among them."""
    for file in handed_out.iterdir():
        if file.suffix in {".jsonl", ".txt", ".json", ".pub", ".md"}:
            shutil.copy(file, tmp_path)
    assert not (tmp_path / "ledger.db").exists()
    assert not (tmp_path / "ministry.key").exists()
    return Reader(tmp_path)


def test_every_block_of_the_page_is_known_here() -> None:
    kinds = {section: [language for language, _ in found] for section, found in BLOCKS.items() if found}
    assert kinds == {
        ROOT: ["sh", "python"],
        PREFIX: ["python"],
        PROOF: ["sh", "python"],
        SIGNED: ["sh", "python", "sh"],
        REPORT: ["text"],
    }


class TestTheRoot:
    def test_it_is_what_the_program_says(self, reader: Reader) -> None:
        found = reader.python(block(ROOT, "python"))
        assert (found.stdout, found.stderr) == (reader.read("checkpoint.txt"), "")

    def test_it_takes_ten_lines(self) -> None:
        code = [line for line in block(ROOT, "python").splitlines() if line]
        assert len(code) <= 10

    def test_it_is_another_for_another_record(self, reader: Reader) -> None:
        record = reader.read("record.jsonl")
        for altered in (record.replace("APEC", "apec", 1), record.partition("\n")[2], record + '{"id":""}\n'):
            assert altered != record
            reader.write("record.jsonl", altered)
            found = reader.python(block(ROOT, "python"))
            assert found.returncode == 0, found.stderr
            assert found.stdout.splitlines()[1:] != reader.read("checkpoint.txt").splitlines()[1:]


class TestTheBeginning:
    CODE = block(ROOT, "python").rpartition("\nlines = ")[0] + "\n" + block(PREFIX, "python")

    def answer(self, reader: Reader) -> str:
        found = reader.python(self.CODE)
        assert (found.returncode, found.stderr) == (0, "")
        return found.stdout

    def test_a_record_that_went_on_begins_with_what_was_checkpointed(self, reader: Reader) -> None:
        assert self.answer(reader) == "the record begins with what was checkpointed\n"
        reader.write("record.jsonl", reader.read("record.jsonl") + '{"id":"and so on"}\n')
        assert self.answer(reader) == "the record begins with what was checkpointed\n"

    @pytest.mark.parametrize("change", ["changed", "cut", "exchanged"])
    def test_a_record_that_was_changed_does_not(self, reader: Reader, change: str) -> None:
        lines = reader.read("record.jsonl").encode().split(b"\n")[:-1]
        if change == "changed":
            lines[40] = enveloped(lines[40], recorded_by="another")
        elif change == "cut":
            del lines[-1]
        else:
            lines[40], lines[41] = lines[41], lines[40]
        reader.write("record.jsonl", b"".join(line + b"\n" for line in lines))
        assert self.answer(reader) == "the record was changed\n"

    def test_the_foot_of_a_report_is_checked_in_the_same_way(self, reader: Reader) -> None:
        shown = block(REPORT, "text")
        report = reader.read("report.md")
        assert report.endswith(f"```\n{shown}```\n")
        reader.write("checkpoint.txt", shown)
        assert self.answer(reader) == "the record begins with what was checkpointed\n"


class TestAProof:
    def test_it_is_proved(self, reader: Reader) -> None:
        found = reader.python(block(PROOF, "python"))
        assert (found.stdout, found.stderr) == ("proved\n", "")
        proof = json.loads(reader.read("proof.json"))
        assert proof["checkpoint"] == reader.read("checkpoint.txt")
        assert proof["line"] in reader.read("record.jsonl")

    @pytest.mark.parametrize("change", ["line", "index", "hash", "hash more", "hash less", "root", "place"])
    def test_it_is_not_proved(self, reader: Reader, change: str) -> None:
        proof = json.loads(reader.read("proof.json"))
        if change == "line":
            proof["line"] = proof["line"].replace("2025-", "2024-", 1)
        elif change == "index":
            proof["index"] ^= 1
        elif change == "hash":
            proof["hashes"][0] = b64encode(bytes(32)).decode()
        elif change == "hash more":
            proof["hashes"].append(proof["hashes"][0])
        elif change == "hash less":
            proof["hashes"].pop()
        elif change == "root":
            proof["checkpoint"] = re.sub(r"\S{44}", b64encode(bytes(32)).decode(), proof["checkpoint"])
        else:
            proof["index"] = 68
        reader.write("proof.json", json.dumps(proof))
        found = reader.python(block(PROOF, "python"))
        assert found.stdout in {"", "not proved\n"}
        assert found.stdout or found.returncode != 0


class TestASignature:
    def forge(self, reader: Reader) -> None:
        """Another who signs the same text under the same name and key id."""
        note = reader.read("signed.txt").encode()
        text = note[: note.index(b"\n\n") + 1]
        name, key_id, _ = reader.read("ministry.key.pub").split("+", 2)
        line = spec.Signer(name).line(text, stated_id=bytes.fromhex(key_id))
        reader.write("signed.txt", text + b"\n" + line)

    def test_cryptography_accepts_it(self, reader: Reader) -> None:
        name = reader.read("ministry.key.pub").split("+")[0]
        found = reader.python(block(SIGNED, "python"), packages=True)
        assert (found.stdout, found.stderr) == (f"signed by {name}\n", "")

    def test_cryptography_rejects_what_was_not_signed(self, reader: Reader) -> None:
        reader.write("signed.txt", reader.read("signed.txt").replace("\n68\n", "\n67\n"))
        found = reader.python(block(SIGNED, "python"), packages=True)
        assert found.stdout == ""
        assert "InvalidSignature" in found.stderr

    def test_cryptography_rejects_a_forgery(self, reader: Reader) -> None:
        self.forge(reader)
        found = reader.python(block(SIGNED, "python"), packages=True)
        assert found.stdout == ""
        assert "InvalidSignature" in found.stderr

    def test_cryptography_finds_nothing_in_what_another_signed(self, reader: Reader) -> None:
        text = reader.read("checkpoint.txt").encode()
        reader.write("signed.txt", text + b"\n" + spec.Signer("another.example").line(text))
        found = reader.python(block(SIGNED, "python"), packages=True)
        assert (found.returncode, found.stdout) == (0, "")

    @pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed")
    @pytest.mark.parametrize("altered", ["nothing", "the size", "the signature"])
    def test_openssl_tells_good_from_bad(self, reader: Reader, altered: str) -> None:
        if altered == "the size":
            reader.write("signed.txt", reader.read("signed.txt").replace("\n68\n", "\n67\n"))
        elif altered == "the signature":
            self.forge(reader)
        found = reader.shell(block(SIGNED, "sh", 1))
        assert (found.returncode == 0) == (altered == "nothing"), found.stderr
        assert ("Signature Verified Successfully" in found.stdout) == (altered == "nothing")


def test_the_sizes_that_the_page_names_are_those_of_the_format(reader: Reader) -> None:
    line = reader.read("signed.txt").splitlines()[-1]
    assert len(b64decode(line.split(" ")[2])) == 4 + 64
    assert set(json.loads(reader.read("proof.json"))) == {"line", "index", "size", "hashes", "checkpoint"}
