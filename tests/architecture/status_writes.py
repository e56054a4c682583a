"""Finds every way of writing a `status` column in a module's source: assignment, query, keyword, reflection, SQL."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

WRITING_METHODS = {
    "update",
    "aupdate",
    "create",
    "acreate",
    "get_or_create",
    "aget_or_create",
    "update_or_create",
    "aupdate_or_create",
    "setdefault",
    "replace",
}
SETTERS = {"setattr", "__setattr__"}
SQL = re.compile(r"\bupdate\b.+\bset\b.*\bstatus\b|\binsert\s+into\b.*\bstatus\b", re.IGNORECASE | re.DOTALL)
STATUS = "status"


@dataclass(frozen=True)
class Write:
    line: int
    function: str
    form: str


def writes(source: str | ast.AST, lifecycle_models: frozenset[str] = frozenset()) -> list[Write]:
    """Return the writes in a module; `lifecycle_models` are class names whose constructor must not take a status."""
    tree = ast.parse(source) if isinstance(source, str) else source
    return sorted(_walk(tree, "", lifecycle_models), key=lambda write: write.line)


def _walk(node: ast.AST, function: str, models: frozenset[str]) -> Iterator[Write]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        for form in _forms(child, models):
            yield Write(getattr(child, "lineno", 0), inside, form)
        yield from _walk(child, inside, models)


def _forms(node: ast.AST, models: frozenset[str]) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and node.attr == STATUS and not isinstance(node.ctx, ast.Load):
        yield "assignment"
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is_row_dict(node.value):
        if _constant(node.slice) in {STATUS, None}:
            yield "assignment through __dict__"
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _names_editable(node):
        yield "list_editable"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
        yield "SQL"
    elif isinstance(node, ast.Call):
        yield from _call_forms(node, models)


def _call_forms(call: ast.Call, models: frozenset[str]) -> Iterator[str]:
    name = _called(call)
    keywords = {keyword.arg for keyword in call.keywords}
    if name in SETTERS and _constant(_before_last(call)) in {STATUS, None}:
        yield "setattr"
    if name in WRITING_METHODS and isinstance(call.func, ast.Attribute):
        if STATUS in keywords or any(_holds_status_key(value) for value in _values(call)):
            yield name
        if any(k.arg is None and not isinstance(k.value, ast.Dict) for k in call.keywords):
            yield f"{name} with unknown columns"
    if name in models and (STATUS in keywords or any(_holds_status_key(value) for value in _values(call))):
        yield "constructor"
    if name in {"bulk_update", "abulk_update"}:
        fields = call.args[1] if len(call.args) > 1 else _keyword(call, "fields")
        if not _is_literal(fields) or _holds_status(fields):
            yield "bulk_update"
    if (fields := _keyword(call, "update_fields")) is not None and _holds_status(fields):
        yield "update_fields"


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def _values(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _before_last(call: ast.Call) -> ast.expr | None:
    return call.args[-2] if len(call.args) > 1 else None


def _constant(node: ast.expr | None) -> object:
    """Return a constant's value; None for anything whose value the source does not tell."""
    return node.value if isinstance(node, ast.Constant) else None


def _is_literal(node: ast.expr | None) -> bool:
    return isinstance(node, ast.List | ast.Tuple | ast.Set) and all(isinstance(e, ast.Constant) for e in node.elts)


def _holds_status(node: ast.expr | None) -> bool:
    return node is not None and any(_constant(e) == STATUS for e in ast.walk(node) if isinstance(e, ast.expr))


def _holds_status_key(node: ast.expr) -> bool:
    """Tell whether a dictionary written here has the key; what is nested in other calls is judged there."""
    if isinstance(node, ast.Dict):
        return any(key is not None and _constant(key) == STATUS for key in node.keys)
    return isinstance(node, ast.Call) and _called(node) == "dict" and _keyword(node, STATUS) is not None


def _is_row_dict(node: ast.expr) -> bool:
    is_vars = isinstance(node, ast.Call) and _called(node) == "vars"
    return is_vars or (isinstance(node, ast.Attribute) and node.attr == "__dict__")


def _names_editable(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    named = any(getattr(target, "id", "") == "list_editable" for target in targets)
    return named and _holds_status(node.value)
