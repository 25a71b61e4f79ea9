"""Calls that the sandbox refuses: network, programs, files that did not come with the lesson."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from .finding import Finding

NETWORK = ("socket.", "urllib.request.", "http.client.", "requests.", "httpx.", "aiohttp.", "ftplib.", "smtplib.")
PROGRAMS = ("subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "pty.")


def refused_calls(running: list[ast.AST]) -> Iterator[Finding]:
    """What scene code calls in vain, by the names under which it imports it."""
    names = _imported_names(running)
    for node in running:
        if not isinstance(node, ast.Call):
            continue
        called = _full_name(node.func, names)
        if called.startswith(NETWORK):
            yield _refusal("refused_network", f"{called} has no network here", node)
        elif called.startswith(PROGRAMS):
            yield _refusal("refused_program", f"{called} can start no program here", node)
        elif called in ("open", "io.open") and _leaves_the_folder(node):
            yield _refusal("refused_file", "only files that came with the lesson can be opened", node)


def _refusal(rule: str, message: str, node: ast.Call) -> Finding:
    return Finding(rule, "SandboxRefusal", message, node.lineno)


def _imported_names(running: list[ast.AST]) -> dict[str, str]:
    names = {"open": "open"}
    for node in running:
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name.partition(".")[0]: alias.asname and alias.name or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _full_name(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        owner = _full_name(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


def _leaves_the_folder(call: ast.Call) -> bool:
    path = call.args[0] if call.args else None
    if not isinstance(path, ast.Constant) or not isinstance(path.value, str):
        return False
    parts = PurePosixPath(path.value).parts
    return parts[:1] == ("/",) and parts[1:2] != ("tmp",) or ".." in parts or parts[:1] == ("~",)
