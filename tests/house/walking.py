"""Walking an OpenAPI document as somebody: every operation asked with another's numbers, every answer searched."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from fastapi.testclient import TestClient

from siyu.entrypoints import web

METHODS = ("get", "options", "post", "put", "patch", "delete")
DEPTH_MAX = 8
WORD = "walking by"


@cache
def openapi_document() -> dict[str, Any]:
    """What the API says of itself, to be read: it takes more than a second to make, so a process makes it once."""
    return web.openapi_document()


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    operation_id: str
    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def path_names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def query_names(self) -> list[str]:
        return [one["name"] for one in self.described.get("parameters", ()) if one["in"] == "query"]


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation of the document, reading ones first."""
    found = [
        Operation(described["operationId"], method, path, described)
        for path, item in document["paths"].items()
        for method, described in item.items()
        if method in METHODS
    ]
    return sorted(found, key=lambda one: METHODS.index(one.method))


def request_of(
    document: Mapping[str, Any], operation: Operation, named: Mapping[str, Any], bodies: Mapping[str, Any]
) -> dict[str, Any]:
    """What to hand to `client.request`: path and query filled from `named`, a body made from the schema.

    raises  AssertionError where a name in the path is unknown
    """
    lacking = [name for name in operation.path_names if name not in named]
    assert not lacking, f"{operation.operation_id}: nothing of the other brand is called {lacking}"
    asked: dict[str, Any] = {
        "method": operation.method.upper(),
        "url": operation.path.format(**{name: named[name] for name in operation.path_names}),
        "params": {name: named[name] for name in operation.query_names if name in named},
    }
    content = operation.described.get("requestBody", {}).get("content", {})
    if operation.operation_id in bodies:
        return asked | bodies[operation.operation_id]
    if "multipart/form-data" in content:
        return asked | {"files": {"file": ("walk.csv", b"k,n\n1,2", "text/csv")}}
    if "application/json" in content:
        asked["json"] = example(document, content["application/json"]["schema"], named)
    return asked


def example(
    document: Mapping[str, Any], schema: Mapping[str, Any], named: Mapping[str, Any], depth: int = 0
) -> Any:
    """A value that the schema takes; properties called like something known have its value."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return example(document, document["components"]["schemas"][name], named, depth)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(document, schema[choice][0], named, depth)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type", "object")
    if kind == "object":
        return _object(document, schema, named, depth)
    if kind == "array":
        few = max(1, schema.get("minItems", 0)) if depth < DEPTH_MAX else 0
        return [example(document, schema.get("items", {}), named, depth + 1) for _ in range(few)]
    return _plain(kind, schema)


def _object(
    document: Mapping[str, Any], schema: Mapping[str, Any], named: Mapping[str, Any], depth: int
) -> Any:
    given: dict[str, Any] = {}
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        singular = name.removesuffix("s")
        if name.endswith("_ids") and singular in named:
            given[name] = [named[singular]]
        elif name.endswith("_id") and name in named:
            given[name] = named[name]
        elif name in required and depth < DEPTH_MAX:
            given[name] = example(document, inner, named, depth + 1)
    return given


def _plain(kind: str, schema: Mapping[str, Any]) -> Any:
    if kind == "string":
        shaped = {"date-time": "2026-11-01T00:00:00Z", "date": "2026-11-01", "time": "10:00:00"}
        return shaped.get(schema.get("format", ""), WORD.ljust(schema.get("minLength", 0), "."))
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return kind == "boolean" or None


def leaks(answer: httpx.Response, signs: Mapping[str, re.Pattern[str]], *, sent: str) -> Iterator[str]:
    """Which signs of the other brand the answer bears; what the request itself said may be said back."""
    body = answer.text + json.dumps(dict(answer.headers))
    for word in re.findall(r"[\w-]{4,}", sent):
        body = body.replace(word, "")
    for number in re.findall(r"(?<!\d)1\d{10}(?!\d)", sent):
        body = body.replace(f"{number[:3]}****{number[-4:]}", "")
    for what, sign in signs.items():
        found = sign.search(body)
        if found:
            yield f"{what}: …{body[max(0, found.start() - 40) : found.end() + 40]}…"


def said_in(asked: Mapping[str, Any]) -> str:
    """All that a request says, as one text."""
    return json.dumps(asked, ensure_ascii=False, default=str)


def walk_as(client: TestClient, asked: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Response:
    """The answer to one step of the walk."""
    return client.request(**{**asked, "headers": {**asked.get("headers", {}), **headers}})
