"""The JSON Schema of the lines, held against the design's list of fields (section 4)."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest

from ledger.events.lines import encode
from ledger.events.schema import json_schema
from ledger.events.vocabulary import KINDS
from tests.kit.facts import amended, assessed, fulfilled, lapsed, made, reaffirmed, registered, retracted
from tests.kit.scenario import given

SCHEMA = json_schema()
ENVELOPE = {"id", "recorded_at", "recorded_by"}

# The design's list, `*` = required. A first event must have more; that is a rule of the record, not of the line.
DESIGN = {
    "registered": "statement* title* occurred_on* parties* place url text",
    "made": "commitment* occurred_on* statement paragraph quote source parties note"
    " title nature strength theme due due_basis",
    "reaffirmed": "commitment* occurred_on* statement paragraph quote source parties note"
    " title nature strength theme due due_basis",
    "fulfilled": "commitment* occurred_on* source* note* parties occurrence",
    "lapsed": "commitment* occurred_on* source* note* reason* parties occurrence",
    "assessed": "commitment* occurred_on* score* source* note parties assessor",
    "amended": "commitment* changes* reason*",
    "retracted": "commitment statement event* reason*",  # one of the first two
}


def of_kind(kind: str) -> dict[str, Any]:
    name = SCHEMA["discriminator"]["mapping"][kind].removeprefix("#/$defs/")
    definition: dict[str, Any] = SCHEMA["$defs"][name]
    return definition


def test_a_line_is_one_of_the_eight_kinds_told_apart_by_kind() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["discriminator"]["propertyName"] == "kind"
    assert set(SCHEMA["discriminator"]["mapping"]) == set(DESIGN) == set(KINDS)
    assert {one["$ref"] for one in SCHEMA["oneOf"]} == set(SCHEMA["discriminator"]["mapping"].values())
    assert [of_kind(kind)["properties"]["kind"]["const"] for kind in KINDS] == list(KINDS)


@pytest.mark.parametrize("kind", DESIGN)
def test_a_kind_has_the_fields_that_the_design_lists_and_no_other(kind: str) -> None:
    fields = {name.rstrip("*") for name in DESIGN[kind].split()}
    assert set(of_kind(kind)["properties"]) == fields | {"kind"} | ENVELOPE
    assert of_kind(kind)["additionalProperties"] is False


@pytest.mark.parametrize("kind", DESIGN)
def test_a_kind_requires_what_the_design_stars(kind: str) -> None:
    starred = {name.rstrip("*") for name in DESIGN[kind].split() if name.endswith("*")}
    assert set(of_kind(kind)["required"]) == starred | {"kind"}


def test_a_source_has_a_title_and_an_address() -> None:
    source = SCHEMA["$defs"]["Source"]
    assert set(source["properties"]) == {"title", "url", "published_on"}
    assert set(source["required"]) == {"title", "url"}
    assert source["additionalProperties"] is False


def test_what_is_restated_are_description_fields_of_which_two_may_be_null() -> None:
    changes = SCHEMA["$defs"]["Changes"]
    fields = {"title", "nature", "strength", "theme", "due", "due_basis", "parties"}
    assert set(changes["properties"]) == fields
    assert changes["additionalProperties"] is False
    assert {name for name in fields if {"type": "null"} in changes["properties"][name].get("anyOf", ())} == {
        "due",
        "due_basis",
    }


def test_no_other_field_is_ever_null() -> None:
    without = json.loads(json.dumps(SCHEMA))
    del without["$defs"]["Changes"]
    assert "null" not in json.dumps(without)


def test_the_words_of_the_vocabulary_are_listed() -> None:
    assert of_kind("made")["properties"]["nature"]["enum"] == ["one-off", "standing"]
    assert of_kind("made")["properties"]["strength"]["enum"] == ["high", "medium", "low"]
    assert of_kind("made")["properties"]["due_basis"]["enum"] == ["stated", "inferred"]
    assert of_kind("lapsed")["properties"]["reason"]["enum"] == [
        "deadline-passed",
        "reversed",
        "superseded",
        "abandoned",
        "moot",
    ]
    score = of_kind("assessed")["properties"]["score"]
    assert (score["type"], score["minimum"], score["maximum"]) == ("integer", -1, 1)


def test_the_schema_is_json_of_which_every_reference_leads_somewhere() -> None:
    text = json.dumps(SCHEMA)
    for target in re.findall(r'"#/\$defs/(\w+)"', text):
        assert target in SCHEMA["$defs"]


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value has the shape of a schema, as far as these schemas go."""
    if "$ref" in schema:
        return fits(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return any(fits(value, one) for one in schema["anyOf"])
    if value is None:
        return schema.get("type") == "null"
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    match schema["type"]:
        case "object":
            return (
                isinstance(value, dict)
                and set(schema.get("required", ())) <= value.keys() <= schema["properties"].keys()
                and all(fits(one, schema["properties"][name]) for name, one in value.items())
            )
        case "array":
            return (
                isinstance(value, list)
                and len(value) >= schema.get("minItems", 0)
                and all(fits(one, schema["items"]) for one in value)
            )
        case "integer":
            return type(value) is int and schema.get("minimum", value) <= value <= schema.get("maximum", value)
        case "string":
            pattern = schema.get("pattern", "").replace("$", r"\Z")
            return (
                isinstance(value, str)
                and re.search(pattern, value) is not None
                and len(value) <= schema.get("maxLength", len(value))
                and (schema.get("format") != "date" or re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None)
            )
        case _:
            return False


LEGAL = given(
    registered(place="Here", url="https://example.org", text="They will plant trees."),
    made(theme="land-use", due="2026-06-01", due_basis="stated"),
    reaffirmed(statement="pact", source=None, paragraph=1, quote="plant trees", note="Once more."),
    fulfilled(occurrence="first round"),
    lapsed(),
    assessed(assessor="Researchers", note="Halfway."),
    amended(title="Plant many trees", due=None, due_basis=None, parties=("AUS", "JPN", "KOR", "USA")),
    amended(theme="climate"),
)
LEGAL.when(retracted(LEGAL.id_of(8))).recorded()
LINES = [encode(entry) for entry in LEGAL.log.entries]
SHIPPED = (files("ledger.record") / "brussels.jsonl").read_bytes().splitlines()


@pytest.mark.parametrize("line", [*LINES, *SHIPPED], ids=lambda line: f"{json.loads(line)['kind']}")
def test_a_recorded_line_fits_the_schema(line: bytes) -> None:
    content = json.loads(line)
    assert fits(content, of_kind(content["kind"]))


def test_lines_of_every_kind_were_held_against_the_schema() -> None:
    assert {json.loads(line)["kind"] for line in LINES} == set(KINDS)


@pytest.mark.parametrize("kind", DESIGN)
def test_a_line_that_lacks_or_adds_something_does_not_fit(kind: str) -> None:
    line = next(json.loads(line) for line in LINES if json.loads(line)["kind"] == kind)
    assert not fits(line | {"colour": "green"}, of_kind(kind))
    for name in of_kind(kind)["required"]:
        assert not fits({key: value for key, value in line.items() if key != name}, of_kind(kind))
        assert not fits(line | {name: None}, of_kind(kind))
