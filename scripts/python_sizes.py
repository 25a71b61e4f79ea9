"""Holds Python to the same sizes as TypeScript: 250 lines of code a file, 60 a function.

    python scripts/python_sizes.py FOLDER ...

Blank lines, comments and docstrings do not count. Exit code 1 when something is larger.
"""

import ast
import io
import sys
import tokenize
from pathlib import Path

FILE_LINES = 250
FUNCTION_LINES = 60

LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def docstring_lines(node: ast.AST) -> range:
    """The lines of the docstring of a module, class or function; of anything else, none."""
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return range(0)
    match node.body:
        case [ast.Expr(value=ast.Constant(value=str()), lineno=start, end_lineno=end), *_]:
            return range(start, (end or start) + 1)
    return range(0)


def code_lines(source: str, tree: ast.Module) -> set[int]:
    """The numbers of the lines that hold code."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in LAYOUT | {tokenize.COMMENT}:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree):
        lines.difference_update(docstring_lines(node))
    return lines


def faults(path: Path) -> list[str]:
    """What is too large in a file, one line each."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    lines = code_lines(source, tree)
    found = [f"{path}: {len(lines)} lines of code, more than {FILE_LINES}"] if len(lines) > FILE_LINES else []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = sum(node.lineno <= line <= (node.end_lineno or node.lineno) for line in lines)
            if length > FUNCTION_LINES:
                where = f"{path}:{node.lineno}: {node.name}"
                found.append(f"{where} has {length} lines of code, more than {FUNCTION_LINES}")
    return found


if __name__ == "__main__":
    paths = [path for folder in sys.argv[1:] for path in sorted(Path(folder).rglob("*.py"))]
    found = [fault for path in paths for fault in faults(path)]
    print("\n".join([*found, f"{len(paths)} files"]))
    sys.exit(1 if found else 0)
