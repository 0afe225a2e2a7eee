"""What nobody in their right mind sends: bodies that are no JSON, and requests whose every value is at its limit."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.house.walking import Operation

BILLION = 10**9
DEPTH_MAX = 6
DEEP = 100_000

BODIES: dict[str, bytes] = {
    "ten megabytes": b'{"events": ["' + b"a" * 10_000_000 + b'"]}',
    "a hundred thousand lists": b"[" * DEEP + b"]" * DEEP,
    "a hundred thousand objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "lists without end": b'{"events": ' + b"[" * DEEP,
    "a NUL in every text": json.dumps(dict.fromkeys(("event", "event_id", "q", "name"), "\0")).encode(),
    "bare NULs": b"\0" * 100,
    "no UTF-8": b'{"q": "\xff\xfe\xc3\x28", "event": "\xff"}',
    "half a character": b'{"q": "\\ud800", "event": "\\ud800", "name": "\\udfff"}',
    "not a number": b'{"limit": NaN, "event": NaN}',
    "without end": b'{"limit": 1e999, "event": -1e999}',
    "five thousand digits": b'{"limit": ' + b"9" * 5_000 + b"}",
    "nothing": b"",
    "null": b"null",
    "a byte order mark": b'\xef\xbb\xbf{"q": ""}',
}  # fmt: skip


@dataclass(frozen=True)
class Extreme:
    """What stands in every number, moment and text of a request."""

    number: int
    day: str = "2026-11-01"
    words: str = "walking by"

    def text(self, schema: Mapping[str, Any]) -> str:
        """A text as the schema describes it."""
        return {"date-time": f"{self.day}T23:59:59Z", "date": self.day}.get(
            schema.get("format", ""), self.words
        )


EXTREMES = {
    "a billion": Extreme(BILLION),
    "less than a billion below": Extreme(-BILLION),
    "beyond 64 bits": Extreme(2**63),
    "the year 9999": Extreme(1, day="9999-12-31"),
    "the first year": Extreme(1, day="0001-01-01"),
    "a NUL": Extreme(1, words="a\0b"),
    "a hundred kilobytes": Extreme(1, words="文" * 33_000),
}


def request_with(document: Mapping[str, Any], operation: Operation, extreme: Extreme) -> dict[str, Any]:
    """The operation with every value of its path, query and JSON body at the extreme."""
    parameters = operation.described.get("parameters", ())
    given = {one["name"]: _filled(document, one["schema"], extreme, 0) for one in parameters}
    path = operation.path
    for name in operation.path_names:
        path = path.replace(f"{{{name}}}", str(given[name])[:200].replace("\0", "%00"))
    asked: dict[str, Any] = {"method": operation.method.upper(), "url": path}
    asked["params"] = {
        one["name"]: given[one["name"]] for one in parameters if one["in"] == "query"
    } if extreme.words != EXTREMES["a hundred kilobytes"].words else {}  # fmt: skip
    content = operation.described.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        asked["json"] = _filled(document, content["application/json"]["schema"], extreme, 0)
    return asked


def _filled(document: Mapping[str, Any], schema: Mapping[str, Any], extreme: Extreme, depth: int) -> Any:
    if "$ref" in schema:
        inner = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return _filled(document, inner, extreme, depth)
    if choices := next((schema[one] for one in ("anyOf", "oneOf", "allOf") if one in schema), None):
        return _filled(document, choices[0], extreme, depth)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return dict(_properties(document, schema, extreme, depth))
    if kind == "array":
        return [_filled(document, schema.get("items", {}), extreme, depth + 1)] if depth < DEPTH_MAX else []
    return {"integer": extreme.number, "number": extreme.number, "string": extreme.text(schema)}.get(
        kind, True
    )


def _properties(
    document: Mapping[str, Any], schema: Mapping[str, Any], extreme: Extreme, depth: int
) -> Iterator[tuple[str, Any]]:
    if depth < DEPTH_MAX:
        for name, inner in schema.get("properties", {}).items():
            yield name, _filled(document, inner, extreme, depth + 1)
