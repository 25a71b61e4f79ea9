"""Expressions of x as nested lists, computed with numpy. Nothing is ever evaluated as code.

`["+", ["^", "x", 2], 1]` is x^2 + 1; `["sum", "k", 1, 9, body]` adds the body for k = 1 to 9. The lesson's parser makes
these lists and bounds their size; what comes from elsewhere is checked here as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Expression = float | str | list
Function = Callable[[np.ndarray], np.ndarray]

_CONSTANTS = {"pi": np.pi, "e": np.e}
_TERMS_LIMIT = 400


def _power(base: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    """Real powers; odd roots of negative numbers, such as x^(1/3), are real as they are on paper."""
    with np.errstate(all="ignore"):
        plain = np.power(base, exponent)
    if np.ndim(exponent) or not np.any(np.asarray(base) < 0):
        return plain
    root = 1 / exponent if exponent else 0.0
    odd = abs(root - round(root)) < 1e-9 and round(root) % 2 == 1
    return np.where(np.asarray(base) < 0, -np.power(np.abs(base), exponent), plain) if odd else plain


_OPERATIONS: dict[str, Callable] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": _power, "negative": np.negative,
    "sqrt": np.sqrt, "abs": np.abs, "exp": np.exp, "ln": np.log, "log": lambda a, base=np.e: np.log(a) / np.log(base),
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "floor": np.floor, "ceil": np.ceil, "sign": np.sign,
    "min": lambda *values: _fold(np.minimum, values), "max": lambda *values: _fold(np.maximum, values),
    "mod": lambda a, b: a - b * np.floor(a / b),
}  # fmt: skip


def _fold(operation: Callable, values: tuple) -> np.ndarray:
    result = values[0]
    for value in values[1:]:
        result = operation(result, value)
    return result


def _value(tree: Expression, variables: Mapping[str, np.ndarray | float], depth: int = 0) -> np.ndarray | float:
    if depth > 60:
        raise ValueError("the expression is nested too deeply")
    if isinstance(tree, int | float):
        return float(tree)
    if isinstance(tree, str):
        found = variables.get(tree, _CONSTANTS.get(tree))
        if found is None:
            raise ValueError(f"the expression holds {tree!r}, which has no value")
        return found
    if not isinstance(tree, list | tuple) or not tree or not isinstance(tree[0], str):
        raise ValueError(f"{tree!r} is no expression: write an operation with its operands, such as ['+', 'x', 1]")
    name, *operands = tree
    if name == "sum":
        return _sum(operands, variables, depth)
    if name not in _OPERATIONS:
        raise ValueError(f"there is no operation {name!r}: use sum, {', '.join(_OPERATIONS)}")
    return _OPERATIONS[name](*[_value(operand, variables, depth + 1) for operand in operands])


def _sum(operands: list, variables: Mapping[str, np.ndarray | float], depth: int) -> np.ndarray | float:
    name, first, last, body = operands
    if last - first >= _TERMS_LIMIT:
        raise ValueError(f"a sum of more than {_TERMS_LIMIT} terms")
    return sum(_value(body, {**variables, name: float(k)}, depth + 1) for k in range(int(first), int(last) + 1))


def function(of: Expression | Function) -> Function:
    """The expression, or a Python function of x, as a function of a numpy array; where there is no value it gives nan."""
    if not callable(of):
        _value(of, {"x": 0.5, "t": 0.5})

    def compute(x: np.ndarray) -> np.ndarray:
        x = np.asarray(x, dtype=float)
        with np.errstate(all="ignore"):
            if callable(of):
                y = _called(of, x)
            else:
                y = _value(of, {"x": x, "t": x})
        y = np.broadcast_to(np.asarray(y, dtype=float), x.shape).copy()
        y[~np.isfinite(y)] = np.nan
        return y

    return compute


def _called(of: Function, x: np.ndarray) -> np.ndarray:
    """Python functions often take one number only, so they are asked for one at a time where an array does not do."""
    try:
        return np.asarray(of(x), dtype=float)
    except (TypeError, ValueError):
        return np.array([float(of(value)) for value in x.ravel()]).reshape(x.shape)
