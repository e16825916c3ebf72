"""`services/gateway/console/types.d.ts`: what the gateway's routes take and answer, as the console's types."""

import re
from collections.abc import Iterator
from pathlib import Path

from docs.apps import wired

PAGE = Path("services/gateway/console/types.d.ts")
HEAD = "// Written by `make docs` from the gateway's OpenAPI description.\n"
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
Schema = dict[str, object]


def write(root: Path) -> list[Path]:
    """Write the file, and say where."""
    with wired() as everything:
        components: Schema = everything.apps["gateway"].openapi()["components"]["schemas"]
    text = "\n".join([HEAD, *(_declare(name, _schema(schema)) for name, schema in sorted(components.items()))])
    (root / PAGE).write_text(text, encoding="utf-8")
    return [root / PAGE]


def _declare(name: str, schema: Schema) -> str:
    if "properties" not in schema:
        return f"export type {_identifier(name)} = {_type(schema)};\n"
    return f"export interface {_identifier(name)} {_members(schema)}\n"


def _members(schema: Schema) -> str:
    lines = [f"  {line}" for line in _fields(schema)]
    return "\n".join(["{", *lines, "}"])


def _fields(schema: Schema) -> Iterator[str]:
    required = schema.get("required", [])
    assert isinstance(required, list)
    for field, value in sorted(_schema(schema["properties"]).items()):
        of = _schema(value)
        optional = "" if field in required or "default" in of else "?"
        yield f"{field}{optional}: {_type(of)};"


def _type(schema: Schema) -> str:
    if isinstance(reference := schema.get("$ref"), str):
        return _identifier(reference.rpartition("/")[2])
    if "const" in schema:
        return _literal(schema["const"])
    if isinstance(values := schema.get("enum"), list):
        return " | ".join(map(_literal, values))
    for key in ("anyOf", "oneOf"):
        if isinstance(several := schema.get(key), list):
            return " | ".join(dict.fromkeys(_type(_schema(one)) for one in several))
    return _container(schema)


def _container(schema: Schema) -> str:
    match schema.get("type"):
        case "array" if isinstance(parts := schema.get("prefixItems"), list):
            return f"[{', '.join(_type(_schema(one)) for one in parts)}]"
        case "array":
            return f"Array<{_type(_schema(schema.get('items', {})))}>"
        case "object":
            values = schema.get("additionalProperties", True)
            return f"Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>"
        case kind:
            return PLAIN.get(str(kind), "unknown")


def _schema(value: object) -> Schema:
    assert isinstance(value, dict)
    return value


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _identifier(name: str) -> str:
    return re.sub(r"\W", "_", name)
