import ast
import re

from tests.architecture import tree

MOST_LINES = 400
SAYING_NOTHING = {"utils", "util", "helpers", "helper", "managers", "manager", "misc", "common_functions"}
# Each pattern is spelled so that this file does not find itself.
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X|HAC[K])\b")
UNFINISHED_CODE = re.compile(r"NotImplemented[E]rror|pytest\.mark\.(skip|xfail)\b")
MACHINE = re.compile(
    r"(?<![\w.])/(w[o]rk/|r[o]ot/|h[o]me/[a-z]|t[m]p/[a-z0-9]+/)|pyp[i]\.org|pythonhoste[d]|npmj[s]\.(org|com)|deb\.debia[n]"
)
WRITTEN_BY_HAND = {".py", ".html", ".js", ".mjs", ".scss", ".md", ".toml", ".yml", ".yaml", ".txt", ".conf", ".sh"}


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    paths = [*tree.modules(), *sorted((tree.BASE / "tests").rglob("*.py")), *(tree.BASE / "benchmarks").rglob("*.py")]
    lengths = {str(path.relative_to(tree.BASE)): len(path.read_text("utf-8").splitlines()) for path in paths}
    assert not {name: length for name, length in lengths.items() if length > MOST_LINES}


def test_every_file_name_says_something() -> None:
    assert not [str(path) for path in tree.modules() if path.stem in SAYING_NOTHING]


def test_every_module_says_what_it_owns() -> None:
    silent = [path for path in tree.modules() if path.read_text("utf-8") and not ast.get_docstring(tree.parsed(path))]
    assert not [str(path.relative_to(tree.BASE)) for path in silent]


def test_no_mark_of_unfinished_work_is_left() -> None:
    found = []
    for path in tree.tracked():
        if path.suffix in WRITTEN_BY_HAND:
            text = path.read_text("utf-8")
            patterns = (UNFINISHED, UNFINISHED_CODE) if path.suffix == ".py" else (UNFINISHED,)
            marks = [mark.group() for pattern in patterns for mark in pattern.finditer(text)]
            found += [f"{path.relative_to(tree.BASE)}: {mark}" for mark in marks]
    assert not found


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = []
    for path in tree.tracked():
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
            if MACHINE.search(line):
                found.append(f"{path.relative_to(tree.BASE)}:{number}")
    assert not found


def test_the_marks_are_recognised() -> None:
    assert UNFINISHED.search("# {}: later".format("todo".upper()))
    assert MACHINE.search("see /{}/notes".format("root"))
    assert not MACHINE.search("var/run and /tmp and /proc/1/task")
