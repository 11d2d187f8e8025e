"""The JSON Schema of the lines (design, section 4), generated from the models that read them."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from ledger.events.kinds import FACT


class _WithoutNull(GenerateJsonSchema):
    """What is not given is absent, so `| None` of a model is no null of a line."""

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> dict[str, Any]:
        inner = self.generate_inner(schema["schema"])
        return inner if schema.get("default") is None else super().default_schema(schema)


def json_schema(mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """The schema of one line, recorded or not: an object of one of the eight kinds, told apart by `kind`."""
    schema = TypeAdapter.json_schema(FACT, schema_generator=_WithoutNull, mode=mode)
    envelope = {
        "id": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "set by the ledger"},
        "recorded_at": {"type": "string", "format": "date-time", "description": "set by the ledger; UTC"},
        "recorded_by": {"type": "string", "description": "set by the ledger"},
    }
    definitions = schema["$defs"]
    for kind in schema["discriminator"]["mapping"].values():
        model = definitions[kind.rsplit("/", 1)[1]]
        model["properties"] = envelope | model["properties"]
        model["required"] = sorted({"kind", *model.get("required", [])})
    changes = definitions["Changes"]["properties"]
    for name in ("due", "due_basis"):  # the one place where null says something
        changes[name] = {"anyOf": [changes[name], {"type": "null"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of the commitment ledger",
        **schema,
    }
