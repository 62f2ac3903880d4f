"""Nothing in the program can run code out of a model file or a text. Reliability test 19.

Read from the syntax tree, so a comment may say `pickle` and a model may be put into `.eval()` mode:
no pickle in any form, no `torch.load`, no builtin `eval` or `exec`, no `trust_remote_code=True`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for top in ("app.py", "run_inference.py", "ideogram4", "ui")
    for path in ([ROOT / top] if top.endswith(".py") else (ROOT / top).rglob("*.py"))
    if path.is_file() and "node_modules" not in path.parts
)
PICKLES = {
    "_pickle",
    "cloudpickle",
    "cPickle",
    "dill",
    "joblib",
    "jsonpickle",
    "marshal",
    "pickle",
    "shelve",
}
RUNNERS = {"eval", "exec"}
# A keyword that must never have any value but this one.
SWITCHES = {"trust_remote_code": False, "allow_pickle": False, "weights_only": True}


def findings(source: str) -> Iterator[str]:
    """Yield `line: what` for everything forbidden in one file."""
    tree = ast.parse(source)
    torches = set(_names_of_torch(tree))
    for node in ast.walk(tree):
        for what in _forbidden(node, torches):
            yield f"{getattr(node, 'lineno', 0)}: {what}"


def _names_of_torch(tree: ast.AST) -> Iterator[str]:
    yield "torch"
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (
                alias.asname for alias in node.names if alias.name == "torch" and alias.asname
            )


def _forbidden(node: ast.AST, torches: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.split(".")[0] in PICKLES:
                yield f"import {alias.name}"
    elif isinstance(node, ast.ImportFrom):
        yield from _forbidden_from(node)
    elif isinstance(node, ast.Name) and node.id in RUNNERS:
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = node.value.id
        if (owner in torches and node.attr == "load") or (
            owner in ("builtins", "__builtins__") and node.attr in RUNNERS
        ):
            yield f"{owner}.{node.attr}"
    elif isinstance(node, ast.Call):
        yield from _forbidden_call(node)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield from _forbidden_switch(key.value, value)


def _forbidden_from(node: ast.ImportFrom) -> Iterator[str]:
    module = node.module or ""
    names = {alias.name for alias in node.names}
    if node.level == 0 and module.split(".")[0] in PICKLES:
        yield f"from {module} import"
    if module == "torch" and "load" in names:
        yield "from torch import load"
    if module == "builtins" and names & RUNNERS:
        yield "from builtins import"


def _forbidden_call(node: ast.Call) -> Iterator[str]:
    for keyword in node.keywords:
        yield from _forbidden_switch(keyword.arg or "", keyword.value)
    called = (
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    )
    first = node.args[0] if node.args else None
    module = str(first.value) if isinstance(first, ast.Constant) else ""
    if called in ("__import__", "import_module") and module.split(".")[0] in PICKLES:
        yield f"{called}({module!r})"


def _forbidden_switch(name: str, value: ast.expr) -> Iterator[str]:
    if name in SWITCHES and not (isinstance(value, ast.Constant) and value.value is SWITCHES[name]):
        yield f"{name}={ast.unparse(value)}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_can_run_code_from_data(path: Path) -> None:
    assert list(findings(path.read_text(encoding="utf-8"))) == []


def test_the_scan_sees_the_loaders() -> None:
    seen = {path.relative_to(ROOT).as_posix() for path in SOURCES}
    assert {"ideogram4/weights/assemble.py", "ideogram4/weights/hub.py"} <= seen


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import os, pickle as p",
        "from pickle import loads",
        "import torch.nn, dill",
        "def f():\n    import joblib",
        "import torch\ntorch.load('x')",
        "import torch as t\nt.load('x')",
        "from torch import load",
        "import torch\nloader = torch.load",
        "eval('1')",
        "run = eval",
        "exec('x = 1')",
        "import builtins\nbuiltins.exec('x')",
        "from builtins import eval as e",
        "load(name, trust_remote_code=True)",
        "load(name, trust_remote_code=flag)",
        "load(name, **{'trust_remote_code': True})",
        "np.load(name, allow_pickle=True)",
        "other.load(name, weights_only=False)",
        "__import__('pickle')",
        "importlib.import_module('pickle')",
    ],
)
def test_what_is_forbidden_is_found(source: str) -> None:
    assert len(list(findings(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "model.eval()",
        "'''No pickle, no eval, no trust_remote_code=True.'''",
        "json.load(file)",
        "handle.load(name)",
        "load(name, trust_remote_code=False)",
        "from .pickle_free import load",
        "importlib.import_module(name)",
        "import torch\ntorch.loader = None",
    ],
)
def test_what_is_harmless_is_left_alone(source: str) -> None:
    assert list(findings(source)) == []
