"""The public holidays of countries and of their parts, from the library `holidays`.

A code is that of ISO 3166, such as `DE`, or with a part of the country `DE-BY`.
"""

from collections.abc import Container
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any


def _library(module: str = "holidays") -> Any:
    """Loaded by whoever asks first: most houses have no drill that keeps holidays, and it takes a while."""
    return import_module(module)


@cache
def _names() -> list[tuple[str, str, list[str]]]:
    """The code of every country, its name in English, and what else it may be called."""
    registry = _library("holidays.registry").COUNTRIES
    return [(code, name.replace("_", " ").title(), others) for name, (_, code, *others) in registry.items()]


@cache
def codes() -> dict[str, str]:
    """Every country by its code, with its name in English: `DE`, Germany."""
    return {code: name for code, name, _ in _names()}


@cache
def _by_name() -> dict[str, str]:
    """Codes by everything that a country may be called, in small letters: `de`, `deu`, `germany`."""
    return {called.lower(): code for code, name, others in _names() for called in (code, name, *others)}


@cache
def _parts() -> dict[str, list[str]]:
    """The parts of each country that have holidays of their own."""
    parts: dict[str, list[str]] = _library().list_supported_countries()
    return parts


def find_country(typed: str) -> str | None:
    """The code meant by `de`, `Germany` or `de-by`; `None` if there is none."""
    word = " ".join(typed.split())
    if (code := _by_name().get(word.lower())) is not None:
        return code
    country, _, part = word.partition("-")
    code = _by_name().get(country.strip().lower())
    if code is None or not part:
        return code
    known = {each.lower(): each for each in _parts()[code]}
    found = known.get(part.strip().lower())
    return f"{code}-{found}" if found else None


def near_countries(typed: str) -> tuple[str, ...]:
    """Codes that may have been meant: the parts of a country that was named, or countries called nearly so."""
    country, dash, _ = typed.strip().partition("-")
    if dash and (code := find_country(country)):
        return tuple(f"{code}-{part}" for part in _parts()[code][:3]) or (code,)
    near = get_close_matches(typed.strip().lower(), _by_name(), n=3, cutoff=0.6)
    return tuple(dict.fromkeys(_by_name()[name] for name in near))


@cache
def public_holidays(code: str) -> Container[date]:
    """The public holidays of a country or a part of it, in every year. Raises `KeyError` for a code of none."""
    if find_country(code) != code:
        raise KeyError(code)
    country, _, part = code.partition("-")
    found: Container[date] = _library().country_holidays(country, subdiv=part or None)
    return found
