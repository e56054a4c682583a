"""Names in Latin letters: the spelling GB/T 28039-2011 gives a Chinese name, and what is doubtful about it."""

import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.common.unmet import Unmet

SOURCE = "GB/T 28039-2011"
MRZ_SOURCE = "ICAO Doc 9303-4, 4.2.2"
# Name field of a passport's machine readable line, and the filler between surname and given names.
MRZ_NAME_LENGTH = 39
_MRZ_BETWEEN = 2

# Not offered endlessly: a page can show this many other spellings and no more.
_ALTERNATIVES_SHOWN = 8
_LETTERS = re.compile(r"[A-Z]+", re.ASCII)
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_DIAERESIS = "\u0308"
_READINGS = Path(__file__).parent / "data" / "readings.toml"


class Spelling(NamedTuple):
    """A romanised name: surname and given name, capitals A to Z, each possibly empty."""

    surname: str
    given: str


class NameParts(NamedTuple):
    """A Chinese name cut into surname and given name."""

    surname: str
    given: str


@dataclass(frozen=True, repr=False)
class Romanised:
    """What is proposed to the applicant, who confirms it.

    A part holding a character without a known reading is empty, never shortened: the applicant writes it.
    alternatives: other spellings the characters allow, likeliest first, at most eight. doubts: what an officer
    should look at (codes romanised.minority, .no_reading, .rare, .several_readings).
    """

    surname: str
    given: str
    alternatives: tuple[Spelling, ...] = ()
    doubts: tuple[Unmet, ...] = ()


@dataclass(frozen=True)
class _Table:
    """The readings kept in this app, each a tuple with the likeliest spelling first."""

    surnames: dict[str, tuple[str, ...]]
    compound_surnames: dict[str, tuple[str, ...]]
    given: dict[str, tuple[str, ...]]
    rare: dict[str, tuple[str, ...]]


@cache
def _table() -> _Table:
    """Return this app's own readings; read once."""
    sections = tomllib.loads(_READINGS.read_text(encoding="utf-8"))
    return _Table(
        **{
            section: {han: tuple(spellings.split()) for han, spellings in rows.items()}
            for section, rows in sections.items()
        }
    )


@cache
def _dictionary() -> dict[str, str]:
    """Return pypinyin's character dictionary: code point in decimal to marked readings, "lè,yuè".

    Only the data file is read: importing the package costs 0.14 s and 45 MB in every process, nearly all of it
    for a table of phrases that is of no use to names.
    """
    path = metadata.distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")
    readings: dict[str, str] = json.loads(Path(str(path)).read_text(encoding="utf-8"))
    return readings


def _spelled(marked: str) -> str:
    """Return a reading with tone mark as GB/T 28039 spells it: ü is YU, in lüe and nüe it is U."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFD", marked) if sign == _DIAERESIS or not unicodedata.combining(sign)
    )
    syllable = unicodedata.normalize("NFC", bare).upper()
    return syllable.replace("ÜE", "UE").replace("Ü", "YU")


def _all_readings(character: str) -> tuple[str, ...]:
    """Return every reading the dictionaries give a character, commonest first, without repetition."""
    marked = _dictionary().get(str(ord(character)), "")
    spelled = [_spelled(reading) for reading in marked.split(",") if reading]
    return tuple(dict.fromkeys(spelled)) or _table().rare.get(character, ())


def _likely(character: str) -> tuple[str, ...]:
    """Return the readings worth offering for a character of a given name; empty when none is known."""
    return _table().given.get(character) or _all_readings(character)[:1]


def _surname_readings(surname: str) -> tuple[str, ...]:
    """Return the spellings worth offering for a surname of one or two characters."""
    table = _table()
    known = table.compound_surnames.get(surname) or table.surnames.get(surname)
    if known:
        return known
    return _joined([_all_readings(character)[:1] for character in surname])


def _joined(syllables: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the spellings that syllables with several readings make, likeliest first."""
    return tuple("".join(chosen) for chosen in islice(product(*syllables), _ALTERNATIVES_SHOWN + 1))


def split(name: str) -> NameParts:
    """Cut a Chinese name, written as the population register writes it, into surname and given name.

    A compound surname is one when at least one character follows it. A name with a dot has no surname in this sense
    and a single character is all there is: both stand in `given`.
    """
    if "·" in name or len(name) < len("姓名"):
        return NameParts("", name)
    if name[:2] in _table().compound_surnames and name[2:]:
        return NameParts(name[:2], name[2:])
    return NameParts(name[:1], name[1:])


def romanise(name: str) -> Romanised:
    """Propose the spelling of a Chinese name; the applicant confirms or corrects it.

    Source: GB/T 28039-2011: Putonghua reading, surname and given name apart, capitals without tones, ü as YU and in
    lüe and nüe as U. Names of minorities (with ·) go by the sound of their own language: what is proposed here is
    only the reading of the characters, and is marked as a doubt.
    """
    parts = split(name)
    given_characters = parts.given.replace("·", "")
    surnames = _surname_readings(parts.surname) if parts.surname else ("",)
    # Of a product with an empty factor nothing is left: one unreadable character leaves the whole part to be written.
    givens = _joined([_likely(character) for character in given_characters])
    spellings = [Spelling(surname, given) for given in givens or ("",) for surname in surnames or ("",)]
    return Romanised(
        *spellings[0],
        alternatives=tuple(spellings[1 : _ALTERNATIVES_SHOWN + 1]),
        doubts=tuple(_reading_doubts(parts, several=len(spellings) > 1)),
    )


def _reading_doubts(parts: NameParts, *, several: bool) -> list[Unmet]:
    """Return what makes the proposed reading uncertain."""
    doubts = []
    characters = (parts.surname + parts.given).replace("·", "")
    if "·" in parts.given:
        doubts.append(
            Unmet(
                "romanised.minority",
                _("少数民族姓名按本民族语言的读音拼写，这里只是汉字的普通话读音"),
                SOURCE,
                _("请照原证件填写；与原证件不同的，需提供本民族语言读音的证明"),
                "given_romanised",
            )
        )
    if unread := [character for character in characters if not _all_readings(character)]:
        doubts.append(
            Unmet(
                "romanised.no_reading",
                format_lazy(_("没有“{characters}”的读音"), characters="".join(unread)),
                SOURCE,
                _("请自己填写拼音，由审核人员核对"),
                "surname_romanised" if unread[0] in parts.surname else "given_romanised",
            )
        )
    if rare := [character for character in characters if character in _table().rare]:
        doubts.append(
            Unmet(
                "romanised.rare",
                format_lazy(_("“{characters}”是生僻字，请核对读音"), characters="".join(rare)),
                "Unicode Unihan (kMandarin)",
                _("读音不对的，请改成正确的拼音"),
                "surname_romanised" if rare[0] in parts.surname else "given_romanised",
            )
        )
    if several:
        doubts.append(
            Unmet(
                "romanised.several_readings",
                _("姓名中有多音字，请确认读音"),
                SOURCE,
                _("请选择或填写自己实际使用的读音"),
                "surname_romanised",
            )
        )
    return doubts


def clean(text: str) -> str:
    """Return typed letters as they are stored: half-width capitals without blanks; checks nothing."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_romanised(surname: str, given: str, name: str) -> list[Unmet]:
    """Return what forbids a spelling as typed for the Chinese `name`; each names its field.

    Codes: romanised.missing, romanised.letters, romanised.too_long. A spelling that only differs from the reading
    is not forbidden: see `doubts_about`.
    """
    surname, given = clean(surname), clean(given)
    unmet = []
    parts = split(name)
    one_part_allowed = not parts.surname
    for field, letters in (("surname_romanised", surname), ("given_romanised", given)):
        if not letters and not (one_part_allowed and (surname or given)):
            unmet.append(
                Unmet("romanised.missing", _("请填写拼音"), SOURCE, _("按普通话读音填写，例如 WANG、XIAOMING"), field)
            )
        elif letters and not _LETTERS.fullmatch(letters):
            unmet.append(
                Unmet(
                    "romanised.letters",
                    _("拼音只能用字母 A 至 Z"),
                    SOURCE,
                    _("不写声调、空格和符号；ü 写作 YU，例如吕写作 LYU"),
                    field,
                )
            )
    length = len(surname) + len(given) + (_MRZ_BETWEEN if surname and given else 0)
    if length > MRZ_NAME_LENGTH:
        unmet.append(
            Unmet(
                "romanised.too_long",
                format_lazy(
                    _("姓和名的拼音合计过长：证件机读行最多 {limit} 位，现在是 {length} 位"),
                    limit=MRZ_NAME_LENGTH,
                    length=length,
                ),
                MRZ_SOURCE,
                _("请检查有无多余的字母；姓名确实更长的，请到出入境窗口由工作人员按规则缩写"),
                "given_romanised",
            )
        )
    return unmet


def doubts_about(surname: str, given: str, name: str, *, earlier: tuple[Spelling, ...] = ()) -> list[Unmet]:
    """Return what an officer should look at in a spelling that may be filed.

    `earlier` are the spellings on documents the person holds: one of them may always be kept (LU or LV for 吕),
    and raises no doubt. Code: romanised.differs, once for each part that is no reading of its characters.
    """
    surname, given = clean(surname), clean(given)
    if Spelling(surname, given) in {Spelling(clean(kept.surname), clean(kept.given)) for kept in earlier}:
        return []
    parts = split(name)
    if parts.surname:
        fitting = {
            "surname_romanised": _is_surname_reading(surname, parts.surname),
            "given_romanised": _is_reading(given, parts.given),
        }
    else:
        # Documents print the parts of such a name in either order.
        either = (surname + given, given + surname)
        fitting = {"given_romanised": any(_is_reading(letters, parts.given) for letters in either)}
    return [
        Unmet(
            "romanised.differs",
            _("拼音与汉字的普通话读音不一致"),
            SOURCE,
            _("确实使用这一拼写的，可以保留，由审核人员核对；原证件上的拼写可以继续使用"),
            field,
        )
        for field, fits in fitting.items()
        if not fits
    ]


def _is_surname_reading(letters: str, surname: str) -> bool:
    """Tell whether the letters are a reading of the surname: the table's where it has one, for 仇 is never CHOU."""
    table = _table()
    known = table.compound_surnames.get(surname) or table.surnames.get(surname)
    return letters in known if known else _is_reading(letters, surname)


def _is_reading(letters: str, characters: str) -> bool:
    """Tell whether the letters are some reading of the characters; a character without reading fits nothing."""
    pattern = ""
    for character in characters.replace("·", ""):
        readings = {*_all_readings(character), *_table().given.get(character, ())}
        if not readings:
            return False
        pattern += f"(?:{'|'.join(sorted(readings))})"
    return re.fullmatch(pattern, letters) is not None
