"""Finding the city somebody means by what they typed: with or without province, suffix or district."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize

from portal.accounts.divisions import Division, cities, name_of

OTHER = "other"
_SUFFIXES = ("特别行政区", "自治州", "自治区", "地区", "省", "市", "盟", "县")
_SHORTEST = 2
_MOST_SHOWN = 8


@dataclass(frozen=True)
class Found:
    """The city that was meant, by its code, or those that may have been meant."""

    code: str | None
    candidates: tuple[Division, ...] = ()


def short_name(name: str) -> str:
    """Return a city's name without the word for what it is: 武汉市 is 武汉."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= _SHORTEST:
            return name.removesuffix(suffix)
    return name


@cache
def _provinces() -> tuple[str, ...]:
    names = dict.fromkeys(name_of(f"{city.code[:2]}0000") or "" for city in cities())
    return tuple(name for name in names if name)


def find_city(text: str, *, foreign: Mapping[str, str] | None = None) -> Found:
    """Find the city in what was typed; `foreign` maps names in other languages, in lower case, to codes.

    A district or county after the city's name does no harm. Whatever fits several cities comes back as candidates.
    """
    typed = "".join(normalize("NFKC", text).split()).casefold()
    if foreign and typed in foreign:
        return Found(foreign[typed])
    if not typed:
        return Found(None)
    exact = [city for city in cities() if typed in _names(city)]
    if len(exact) == 1:
        return Found(exact[0].code)
    rest = _without_province(typed)
    inside = [city for city in cities() if rest.startswith(short_name(city.name))]
    if len(inside) == 1 and not exact:
        return Found(inside[0].code)
    begun = [city for city in cities() if len(typed) >= _SHORTEST and city.name.startswith(typed)]
    if len(begun) == 1 and not exact:
        return Found(begun[0].code)
    near = exact or inside or [city for city in cities() if typed in (name_of(city.code) or "")]
    return Found(None, tuple(near[:_MOST_SHOWN]))


def _names(city: Division) -> set[str]:
    whole = name_of(city.code) or city.name
    province = whole.removesuffix(city.name)
    return {whole, city.name, short_name(city.name), short_name(province) + city.name, province + short_name(city.name)}


def _without_province(typed: str) -> str:
    for province in _provinces():
        for written in (province, short_name(province)):
            rest = typed.removeprefix(written)
            if rest != typed and any(rest.startswith(short_name(city.name)) for city in cities()):
                return rest
    return typed
