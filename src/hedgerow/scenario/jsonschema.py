"""JSON Schema of the scenario format, for editors."""

import json
from typing import Any

from .number import QUANTITY, definition, prior_schema
from .schema import file_model

Schema = dict[str, Any]


def json_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a scenario file."""
    schema = file_model().model_json_schema()
    several = schema["properties"]["expect"]
    schema["properties"]["expect"] = {"anyOf": [several["items"], several]}
    for key, text in (("habits", "Name or path of a file of habits"), ("paths", '"panel"')):
        forms = schema["properties"][key]["anyOf"]
        schema["properties"][key] = {"anyOf": [{"type": "string", "description": text}, *forms]}
    definitions: Schema = {"Prior": prior_schema()}
    schema = _tidy(schema, definitions)
    definitions |= schema.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hedgerow scenario",
        "description": "A scenario of hedgerow: see docs/reference/scenario-format.md.",
        **{key: value for key, value in schema.items() if key not in ("title", "description")},
        "$defs": dict(sorted(definitions.items())),
    }


def json_schema_text() -> str:
    """Return the JSON Schema as the text of ``docs/scenario.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Any, definitions: Schema) -> Any:
    """Give quantities a name, and drop titles, nulls and null defaults.

    Pydantic writes a null for every key that may be absent, but TOML has none.
    """
    if isinstance(node, list):
        return [_tidy(part, definitions) for part in node]
    if not isinstance(node, dict):
        return node
    if QUANTITY in node:
        name, form = definition(*node[QUANTITY])
        definitions[name] = form
        rest = {key: value for key, value in node.items() if key == "description"}
        return {"$ref": f"#/$defs/{name}", **rest}
    forms = node.get("anyOf", [])
    if {"type": "null"} in forms:
        forms = [form for form in forms if form != {"type": "null"}]
        node = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
        node = {**forms[0], **node} if len(forms) == 1 else {**node, "anyOf": forms}
        return _tidy(node, definitions)
    tidy = {}
    for key, value in node.items():
        if key == "properties":
            tidy[key] = {name: _tidy(part, definitions) for name, part in value.items()}
        elif key != "title" and not (key == "default" and value in (None, [])):
            tidy[key] = _tidy(value, definitions)
    return tidy
