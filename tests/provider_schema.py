"""The schema of Terraform's AWS provider as far as a module uses it, and what a module does to it.

It is read from the provider's published Python bindings, whose classes name each argument with its
type and, in their words, by the name that Terraform gives it. They are parsed, never imported.
"""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

META = {"count", "for_each", "depends_on", "lifecycle", "provider", "provisioner", "connection"}
PLAIN = {"builtins.str": "string", "jsii.Number": "number", "builtins.bool": "bool"}
NAMED = re.compile(r":param (\w+):.*?#(\w+) [A-Z]\w*#")

Schema = dict[str, Any]
"""`{"arguments": {name: type}, "required": [name], "blocks": {name: Schema}}`; of a resource also
`attributes`, the names that references may end in."""


class Bindings:
    """The wheel `cdktf-cdktf-provider-aws`."""

    def __init__(self, wheel: Path) -> None:
        self._wheel = zipfile.ZipFile(wheel)

    @property
    def provider(self) -> str:
        """The version of the provider that they are made from."""
        (name,) = (it for it in self._wheel.namelist() if it.endswith(".dist-info/METADATA"))
        found = re.search(r"provider version ([\d.]+)", self._wheel.read(name).decode())
        assert found
        return found[1]

    def schema(self, typed: str, used: Mapping[str, Any], *, data: bool) -> Schema:
        """Of `aws_lb`, with those blocks below it that are `used`."""
        folder = ("data_aws_" if data else "") + typed.removeprefix("aws_")
        file = f"cdktf_cdktf_provider_aws/{folder}/__init__.py"
        tree = ast.parse(self._wheel.read(file))
        classes = {it.name: it for it in tree.body if isinstance(it, ast.ClassDef)}
        config = _derived(classes, "TerraformMetaArguments")
        resource = _derived(classes, "TerraformDataSource" if data else "TerraformResource")
        found = _schema(classes, config, used)
        return {**found, "attributes": sorted(_attributes(classes[resource]))}


def _derived(classes: Mapping[str, ast.ClassDef], base: str) -> str:
    """The one class that is made from a base."""
    (found,) = (
        name
        for name, it in classes.items()
        if any(ast.unparse(each).rpartition(".")[2] == base for each in it.bases)
    )
    return found


def _attributes(node: ast.ClassDef) -> Iterator[str]:
    for it in node.body:
        marks = [ast.unparse(it) for it in getattr(it, "decorator_list", ())]
        if isinstance(it, ast.FunctionDef) and "builtins.property" in marks:
            yield it.name


def _schema(classes: Mapping[str, ast.ClassDef], name: str, used: Mapping[str, Any]) -> Schema:
    (made,) = (it for it in classes[name].body if getattr(it, "name", "") == "__init__")
    assert isinstance(made, ast.FunctionDef)
    names = dict(NAMED.findall(ast.get_docstring(made) or ""))
    found: Schema = {"arguments": {}, "required": [], "blocks": {}}
    for it, default in zip(made.args.kwonlyargs, made.args.kw_defaults, strict=True):
        own = names.get(it.arg, it.arg)
        if own in META or own == "provisioners":
            continue
        words = ast.unparse(it.annotation) if it.annotation else ""
        kind, below = _kind(words, classes)
        found["arguments"][own] = kind
        if default is None:
            found["required"].append(own)
        if below and own in used:
            found["blocks"][own] = _schema(classes, below, used[own])
    return found


def _kind(words: str, classes: Mapping[str, ast.ClassDef]) -> tuple[str, str]:
    """string, number, bool, list, map, block, any; and the class of a block."""
    below = [it for it in re.findall(r"'?\b([A-Z]\w+)\b'?", words) if it in classes]
    if below:
        return "block", below[0]
    if "typing.Sequence" in words:
        return "list", ""
    if "typing.Mapping" in words:
        return "map", ""
    kinds = [kind for name, kind in PLAIN.items() if name in words]
    return (kinds[0] if kinds else "any"), ""


def blocks_below(body: Mapping[str, Any]) -> dict[str, Any]:
    """The blocks of a body by name, each with those below it; `dynamic` ones as what they make."""
    found: dict[str, Any] = {}
    for name, it in _blocks(body):
        found[name] = merged(found.get(name, {}), blocks_below(it))
    return found


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The blocks of both."""
    return {name: merged(one.get(name, {}), other.get(name, {})) for name in sorted({*one, *other})}


def _blocks(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, value in body.items():
        for it in value if isinstance(value, list) else ():
            if not isinstance(it, dict) or name in META:
                continue
            if name == "dynamic":
                for label, made in it.items():
                    if label[:2] != "__":
                        yield label.strip('"'), made["content"][0]
            elif "__is_block__" in it:
                yield name, it


def wrong(body: Mapping[str, Any], schema: Schema, where: str) -> Iterator[str]:
    """What a body has that the schema does not, and what it lacks."""
    blocks = list(_blocks(body))
    made = {name for name, _ in blocks}
    for name in {*body, *made} - META - {"dynamic"}:
        if name[:2] == "__":
            continue
        kind = schema["arguments"].get(name)
        if kind is None:
            yield f"{where} has no argument {name}"
        elif (kind == "block") != (name in made) and kind != "any":
            yield f"{where}.{name} is {'a block' if kind == 'block' else kind}"
        elif name not in made and not fits(body[name], kind):
            yield f"{where}.{name} is no {kind}: {body[name]}"
    for name in schema["required"]:
        if name not in body and name not in made:
            yield f"{where} needs {name}"
    for name, it in blocks:
        if name in schema["blocks"]:
            yield from wrong(it, schema["blocks"][name], f"{where}.{name}")


def fits(value: Any, kind: str) -> bool:
    """Whether a literal is of that type; an expression may be anything."""
    if isinstance(value, str) and value[:1] != '"':
        return True
    if isinstance(value, bool):
        return kind in ("bool", "any")
    if isinstance(value, int | float):
        return kind in ("number", "string", "any")  # Terraform makes a text of a number.
    if isinstance(value, list | dict):
        return kind in ("any", "list" if isinstance(value, list) else "map")
    return kind in ("string", "any") or "${" in value
