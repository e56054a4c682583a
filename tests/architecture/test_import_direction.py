import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import tree

LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"
# What an app shows to the others; the ground floor shows everything.
FACE = {"services", "models", "catalog", "specs"}
# A catalogue under a name of its own: a table that a standard fixes (decision 13).
CATALOGUES = {"portal.accounts": {"divisions"}}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [str(LINT_IMPORTS), "--no-cache"], cwd=folder, env=environment, check=False, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages in which a test may plant an import."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(tree.BASE / "pyproject.toml", copy)
    for package in tree.PACKAGES:
        shutil.copytree(
            tree.BASE / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "files", "data")
        )
    return copy


def test_the_house_keeps_its_contracts(house: Path) -> None:
    ended = lint_imports(house)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    ("place", "planted"),
    [
        ("documents/planted.py", "from payments import apps\n"),
        ("portal/common/planted.py", "import portal.accounts.models\n"),
        ("portal/desk/planted.py", "from portal.home import apps\n"),
        ("photos/planted.py", "def late():\n    from applications import apps\n"),
        ("applications/planted.py", "from portal.settings import base\n"),
        ("portal/home/planted.py", "from portal import urls\n"),
    ],
)
def test_a_backward_import_is_refused(house: Path, place: str, planted: str) -> None:
    path = house / place
    path.write_text(planted)
    try:
        ended = lint_imports(house)
    finally:
        path.unlink()
    assert ended.returncode == 1, ended.stdout
    assert place.removesuffix(".py").replace("/", ".") in ended.stdout


def imports_in_functions(module: ast.Module) -> list[int]:
    functions = [n for n in ast.walk(module) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)]
    inside = [node for function in functions for node in ast.walk(function)]
    return sorted({node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)})


def test_imports_stand_at_the_top_except_where_apps_register() -> None:
    found = [
        f"{path.relative_to(tree.BASE)}:{line}"
        for path in tree.modules()
        if path.name != "apps.py"
        for line in imports_in_functions(tree.parsed(path))
    ]
    assert not found


def test_an_import_in_a_function_is_found() -> None:
    assert imports_in_functions(ast.parse("import a\ndef f():\n    if a:\n        from b import c\n")) == [4]


def imported(module: ast.Module) -> list[tuple[int, str]]:
    """Return line and dotted name of everything imported; `from a import b` counts as a.b."""
    names = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return names


def behind_the_face(own: str, module: ast.Module) -> list[tuple[int, str]]:
    found = []
    for line, name in imported(module):
        other = tree.app_of(name)
        if other and other not in {own, "portal.common"}:
            part = name.removeprefix(other).removeprefix(".").split(".")[0]
            if part not in FACE | CATALOGUES.get(other, set()):
                found.append((line, name))
    return found


def test_other_apps_see_only_an_apps_face() -> None:
    found = [
        f"{path.relative_to(tree.BASE)}:{line} imports {name}"
        for path in tree.modules()
        if not tree.module_name(path).startswith(tree.ROOT_MODULES)
        for line, name in behind_the_face(tree.app_of(tree.module_name(path)), tree.parsed(path))
    ]
    assert not found, "\n".join(found)


def test_a_look_behind_the_face_is_found() -> None:
    planted = ast.parse("from photos import services, analysis\nfrom documents.numbers import take\n")
    assert [name for _, name in behind_the_face("payments", planted)] == ["photos.analysis", "documents.numbers.take"]
