"""Metric math: arithmetic over metrics that share timestamps, and FILL for the gaps."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

Series = dict[float, float]
"""Value by timestamp, seconds since 1970."""

Operand = Series | float

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class BadExpression(Exception):
    """The expression is no arithmetic, or names a metric that is not in the request."""


def evaluate(expression: str, named: Mapping[str, Series]) -> Series:
    """The series of an expression such as `100*(e5/r)` or `FILL(e5, 0)`.

    A timestamp is in the answer when every operand has it; a division by zero leaves it out, as
    CloudWatch does. Raises BadExpression.
    """
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError as error:
        raise BadExpression(f"not an expression: {expression}") from error
    answer = _operand(tree.body, named)
    if isinstance(answer, float):
        raise BadExpression(f"not a time series: {expression}")
    return answer


def _operand(node: ast.expr, named: Mapping[str, Series]) -> Operand:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name) and node.id in named:
        return dict(named[node.id])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _combined(operator.mul, -1.0, _operand(node.operand, named))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _operand(node.left, named), _operand(node.right, named)
        return _combined(_OPERATORS[type(node.op)], left, right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FILL":
        return _filled([_operand(each, named) for each in node.args], named)
    raise BadExpression(f"not supported here: {ast.unparse(node)}")


def _combined(do: Callable[[float, float], float], left: Operand, right: Operand) -> Operand:
    if isinstance(left, float) and isinstance(right, float):
        return do(left, right)
    both = [set(each) for each in (left, right) if isinstance(each, dict)]
    series: Series = {}
    for at in sorted(set.intersection(*both)):
        a = left[at] if isinstance(left, dict) else left
        b = right[at] if isinstance(right, dict) else right
        if not (do is operator.truediv and b == 0):
            series[at] = do(a, b)
    return series


def _filled(arguments: list[Operand], named: Mapping[str, Series]) -> Series:
    if len(arguments) != 2:
        raise BadExpression("FILL needs a metric and a number")
    series, value = arguments
    if not isinstance(series, dict) or not isinstance(value, float):
        raise BadExpression("FILL needs a metric and a number; REPEAT is not supported here")
    moments = sorted({at for each in named.values() for at in each})
    return {at: series.get(at, value) for at in moments}
