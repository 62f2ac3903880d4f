"""The import arrows: who may know whom, read from the source and never from what happens to run.

    caption <- sampling.presets <- pipeline <- ui.service <- ui panels

The left never imports the right. Absolute and relative imports count, and imports inside functions
too wherever the rule is "never". Imports under `if TYPE_CHECKING:` do not run and do not count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path
    for top in ("ideogram4", "ui", "app.py", "run_inference.py")
    for path in ([ROOT / top] if top.endswith(".py") else (ROOT / top).rglob("*.py"))
    if "node_modules" not in path.parts
)
HEAVY = ("torch", "bitsandbytes", "transformers", "diffusers", "accelerate")


@dataclass(frozen=True)
class Import:
    """One imported module, by its full name. `lazy`: inside a function, so not at import."""

    importer: str
    line: int
    name: str
    lazy: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.name}"

    def is_of(self, *modules: str) -> bool:
        return any(self.name == m or self.name.startswith(m + ".") for m in modules)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str, module: str, is_package: bool) -> Iterator[Import]:
    """Every import of one file; `from a import b` counts as a.b, which is a module or a name."""

    def visit(node: ast.AST, lazy: bool) -> Iterator[Import]:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.orelse:
                yield from visit(child, lazy)
            return
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, node.lineno, alias.name, lazy)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, module, is_package)
            for alias in node.names:
                yield Import(module, node.lineno, f"{base}.{alias.name}", lazy)
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield Import(module, node.lineno, argument.value, lazy)
        inside = lazy or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside)

    yield from visit(ast.parse(source), False)


@cache
def imports_of_file(path: Path) -> tuple[Import, ...]:
    source = path.read_text(encoding="utf-8")
    return tuple(imports_of(source, module_name(path), path.name == "__init__.py"))


def called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".") if is_package else module.split(".")[:-1]
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, *([node.module] if node.module else [])])


def imports_within(*packages: str) -> list[Import]:
    """All imports of the files that are or lie below `packages`."""
    found: list[Import] = []
    for path in SOURCES:
        name = module_name(path)
        if any(name == p or name.startswith(p + ".") for p in packages):
            found += imports_of_file(path)
    assert found, f"nothing is imported in {packages}: has it moved?"
    return found


def broken(imports: list[Import], *forbidden: str, lazy_too: bool = True) -> list[str]:
    return [str(i) for i in imports if i.is_of(*forbidden) and (lazy_too or not i.lazy)]


PANELS = sorted(
    f"ui.{path.parent.name}"
    for path in (ROOT / "ui").glob("*/__init__.py")
    if path.parent.name not in ("service", "store")
)
NEVER = [
    # (who, must never import, not even inside a function)
    ("ideogram4.caption", (*HEAVY, "numpy", "gradio", "ui")),
    ("ideogram4.settings", (*HEAVY, "gradio", "huggingface_hub", "ui")),
    ("ideogram4.errors", (*HEAVY, "gradio", "ui")),
    ("ideogram4.files", (*HEAVY, "gradio", "ui")),
    ("ideogram4.png", (*HEAVY, "gradio", "ui")),
    ("ideogram4.sampling.presets", (*HEAVY, "gradio", "ui")),
    ("ideogram4.sampling.limits", (*HEAVY, "gradio", "ui")),
    ("ui", HEAVY),
    ("app", HEAVY),
    ("ideogram4", ("gradio", "diffusers")),
    # the arrows, from left to right
    ("ideogram4.caption", ("ideogram4.sampling", "ideogram4.pipeline", "ideogram4.model")),
    ("ideogram4.sampling.presets", ("ideogram4.pipeline", "ideogram4.model", "ideogram4.weights")),
    ("ideogram4.sampling.limits", ("ideogram4.pipeline", "ideogram4.model", "ideogram4.weights")),
    ("ideogram4.model", ("ideogram4.pipeline", "ideogram4.cli", "ideogram4.commands", "ui")),
    ("ideogram4.weights", ("ideogram4.pipeline", "ideogram4.cli", "ideogram4.commands", "ui")),
    ("ideogram4.quant", ("ideogram4.pipeline", "ideogram4.model", "ideogram4.commands", "ui")),
    ("ideogram4.sampling", ("ideogram4.pipeline", "ideogram4.cli", "ideogram4.commands", "ui")),
    ("ideogram4.pipeline", ("ideogram4.cli", "ideogram4.commands", "ui", "gradio")),
    ("ui.service", ("gradio", "ui.studio", "ui.actions", "ui.api", "ui.serving", *PANELS)),
    ("ui.store", ("gradio", "ui.studio", "ui.actions", "ui.api", "ui.service", *PANELS)),
]


@pytest.mark.parametrize(("who", "forbidden"), NEVER, ids=lambda value: str(value)[:60])
def test_the_left_never_imports_the_right(who: str, forbidden: tuple[str, ...]) -> None:
    assert broken(imports_within(who), *forbidden) == []


LAZY_ONLY = ["ideogram4.cli", "ideogram4.commands", "ideogram4.choice"]


@pytest.mark.parametrize("who", LAZY_ONLY)
def test_these_start_without_torch(who: str) -> None:
    """They may use torch inside a function; importing them must not bring it in."""
    heavy = (*HEAVY, "gradio", "huggingface_hub", "ideogram4.pipeline")
    assert broken(imports_within(who), *heavy, lazy_too=False) == []


def test_only_serve_knows_the_studio() -> None:
    knowing = {i.importer for i in imports_within("ideogram4") if i.is_of("ui", "app")}
    assert knowing <= {"ideogram4.commands.serve"}


def test_only_the_service_touches_the_pipeline() -> None:
    """And only inside functions: a page must be there before anything heavy is imported."""
    touching = [i for i in imports_within("ui", "app") if i.is_of("ideogram4.pipeline")]
    assert {i.importer for i in touching} <= {"ui.service.generation", "ui.service.models"}
    assert all(i.lazy for i in touching)


def test_the_training_code_of_the_demo_is_never_imported() -> None:
    """Only the command that measures the demo knows it, and only when that command runs."""
    found = [i for i in imports_within("ideogram4", "ui", "app") if i.is_of("ideogram4.demo")]
    outside = [i for i in found if not i.importer.startswith("ideogram4.demo")]
    assert {i.importer for i in outside} <= {"ideogram4.commands.demo_eval"}
    assert all(i.lazy for i in outside)


def test_settings_is_the_only_reader_of_the_environment() -> None:
    readers = set()
    for path in SOURCES:
        name = module_name(path)
        if name.startswith("ideogram4.demo"):
            continue  # training scripts are not part of the running program
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"):
                readers.add(name)
    assert readers == {"ideogram4.settings"}


@pytest.mark.parametrize(
    ("source", "module", "is_package", "expected"),
    [
        ("import torch.nn", "ui.a", False, [("torch.nn", False)]),
        ("def f():\n from torch import nn", "ui.a", False, [("torch.nn", True)]),
        ("from . import b", "ui.a", False, [("ui.b", False)]),
        ("from .b import c", "ui.a", True, [("ui.a.b.c", False)]),
        (
            "from ..pipeline import P",
            "ideogram4.caption.x",
            False,
            [("ideogram4.pipeline.P", False)],
        ),
        ("if TYPE_CHECKING:\n import torch\nelse:\n import ui", "a", False, [("ui", False)]),
        ("f = lambda: __import__('torch')", "a", False, [("torch", True)]),
        ("class C:\n import torch", "a", False, [("torch", False)]),
        ("try:\n import importlib\nexcept E:\n pass", "a", False, [("importlib", False)]),
        ("async def f():\n importlib.import_module('torch')", "a", False, [("torch", True)]),
    ],
)
def test_the_reader_of_imports_sees_each_kind(
    source: str, module: str, is_package: bool, expected: list[tuple[str, bool]]
) -> None:
    """A rule that nothing can break proves nothing: these are the ways it could be broken."""
    found = [(i.name, i.lazy) for i in imports_of(source, module, is_package)]
    assert found == expected
