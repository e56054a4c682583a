"""Owns what cities are called in the reader's language; their codes and Chinese names are those of the divisions.

`data/cities_en.json` has the English names: Hanyu Pinyin of the name without the word for what it is, and for places
named in other languages the spelling of 《少数民族语地名汉语拼音字母音译转写法》, as in Hohhot.
"""

import json
from collections.abc import Mapping
from functools import cache

from django.utils.translation import get_language

from documents import catalog
from portal.accounts.divisions import cities, name_of


@cache
def _english() -> Mapping[str, str]:
    found: dict[str, str] = json.loads((catalog.DATA / "cities_en.json").read_text(encoding="utf-8"))
    return found


@cache
def _chinese() -> Mapping[str, str]:
    return {city.code: city.name for city in cities()}


def chinese_name(code: str) -> str:
    """Return a city's own name ("武汉市"); one that is gone has its last name with the province."""
    return _chinese().get(code) or name_of(code) or code


def english_name(code: str) -> str:
    """Return a city's English name ("Wuhan"), or the Chinese one where there is none."""
    return _english().get(code) or chinese_name(code)


def city_label(code: str) -> str:
    """Return a city's name in the reader's language, or the nearest there is."""
    return chinese_name(code) if (get_language() or "").startswith("zh") else english_name(code)
