"""Message catalogues: which texts code and templates show, and whether every language says them.

The source language is written in the code itself; each other language has one PO file. Nothing here needs gettext's
own programs, so a fresh machine can compile and check.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

CALLS = {
    "_": ("msgid",),
    "gettext": ("msgid",),
    "gettext_lazy": ("msgid",),
    "gettext_noop": ("msgid",),
    "pgettext": ("context", "msgid"),
    "pgettext_lazy": ("context", "msgid"),
    "ngettext": ("msgid", "plural"),
    "ngettext_lazy": ("msgid", "plural"),
    "npgettext": ("context", "msgid", "plural"),
    "npgettext_lazy": ("context", "msgid", "plural"),
}
WIDTH = 110
CODE_FOLDERS = ("portal", "photos", "documents", "applications", "payments")
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(rf"(?<![A-Za-z_])(?P<name>n?p?gettext|_)\(\s*(?P<strings>{STRING}(?:\s*,\s*{STRING})*)")
# A language may write a month's name where the source writes its number; the template tags give both.
ALIKE = {"%(month_name)s": "%(month)s"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|(?<!%)%[sd]|\{(\w*)\}")


@dataclass(frozen=True)
class Text:
    """One text that is shown somewhere; `plural` and `context` are empty for most."""

    msgid: str
    plural: str = ""
    context: str = ""


def sources() -> list[Path]:
    """Return the PO file of every language but the source language, whether it exists yet or not."""
    root = Path(settings.LOCALE_PATHS[0])
    codes = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return [root / to_locale(code) / "LC_MESSAGES" / "django.po" for code in codes]


def compile_if_changed(source: Path) -> bool:
    """Write the MO file beside a PO file that is newer; tells whether it was written."""
    target = source.with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns):
        return False
    # A running process may read it meanwhile, so the finished file is moved into place.
    draft = source.with_suffix(".part")
    polib.pofile(str(source)).save_as_mofile(str(draft))
    draft.replace(target)
    return True


def extract() -> dict[Text, str]:
    """Return every text of the project with the place where it first stands."""
    base = Path(settings.BASE_DIR)
    texts: dict[Text, str] = {}
    for folder in CODE_FOLDERS:
        for path in sorted((base / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                for text, line in in_python(path.read_text("utf-8")):
                    texts.setdefault(text, f"{path.relative_to(base)}:{line}")
    for suffix in ("html", "txt", "svg"):
        for path in sorted((base / "templates").rglob(f"*.{suffix}")):
            for text in in_template(path.read_text("utf-8")):
                texts.setdefault(text, str(path.relative_to(base)))
    return texts


def in_python(code: str) -> Iterator[tuple[Text, int]]:
    """Yield the texts of a module with their line; raises ValueError for an f-string, which no catalogue can hold."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        if name not in CALLS or not node.args:
            continue
        parts = node.args[: len(CALLS[name])]
        if any(isinstance(part, ast.JoinedStr) for part in parts):
            message = f"line {node.lineno}: an f-string cannot be translated; use %(name)s"
            raise ValueError(message)
        strings = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        # A variable in place of a text is translated where the text stands, marked with gettext_noop.
        if len(strings) == len(CALLS[name]) and any(strings):
            yield _text(name, strings), node.lineno


def in_template(source: str) -> Iterator[Text]:
    """Yield the texts of a template, as Django itself would look them up."""
    for found in TEMPLATE_CALL.finditer(templatize(source)):
        strings = [ast.literal_eval(string) for string in re.findall(STRING, found["strings"])]
        if strings[-1]:
            yield _text(found["name"], strings[: len(CALLS[found["name"]])])


def update(source: Path, texts: Iterable[Text]) -> tuple[int, int]:
    """Add missing texts to a PO file and drop those no longer shown; returns how many of each."""
    catalogue = _open(source)
    wanted = {_key(text): text for text in texts}
    held = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not entry.obsolete}
    dropped = [entry for entry in catalogue if entry.obsolete or (entry.msgctxt or "", entry.msgid) not in wanted]
    for entry in dropped:
        catalogue.remove(entry)
    added = [text for key, text in wanted.items() if key not in held]
    for text in added:
        plural = {"msgid_plural": text.plural, "msgstr_plural": {0: "", 1: ""}} if text.plural else {}
        catalogue.append(polib.POEntry(msgid=text.msgid, msgctxt=text.context or None, **plural))
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    source.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(source))
    return len(added), len(dropped)


def faults(source: Path, texts: dict[Text, str]) -> list[str]:
    """Say what a language lacks: a text untranslated, fuzzy, unused, or with other placeholders than its source."""
    catalogue = _open(source)
    language = source.parent.parent.name
    held = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not entry.obsolete}
    found = []
    for text, place in texts.items():
        entry = held.get(_key(text))
        if entry is None:
            found.append(f"{language}: {place}: not in the catalogue: {text.msgid!r}")
            continue
        found += [f"{language}: {place}: {fault}: {text.msgid!r}" for fault in _faults_of(entry)]
    wanted = {_key(text) for text in texts}
    found += [f"{language}: no longer used: {key[1]!r}" for key in held if key not in wanted]
    found += [f"{language}: kept though obsolete: {entry.msgid!r}" for entry in catalogue.obsolete_entries()]
    return found


def _open(source: Path) -> polib.POFile:
    """Return the catalogue of a file, or an empty one for a language that has none yet."""
    if source.exists():
        return polib.pofile(str(source), wrapwidth=WIDTH)
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": source.parent.parent.name,
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _faults_of(entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield "fuzzy"
    said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not said or not all(said):
        yield "not translated"
        return
    expected = _placeholders(entry.msgid_plural or entry.msgid)
    if any(_placeholders(text) != expected for text in said if not entry.msgid_plural):
        yield "other placeholders than the source"
    if any(not _placeholders(text) <= expected for text in said):
        yield "a placeholder the source does not have"


def _placeholders(text: str) -> set[str]:
    return {ALIKE.get(found.group(0), found.group(0)) for found in PLACEHOLDER.finditer(text)}


def _text(name: str, strings: list[str]) -> Text:
    return Text(**dict(zip(CALLS[name], strings, strict=False)))


def _key(text: Text) -> tuple[str, str]:
    return text.context, text.msgid
