"""The time zones that readers choose from: each place by one name, out of the zones' own tables.

A place has former names, and browsers know some of them alone: for Chrome, India is at
`Asia/Calcutta`.
"""

from collections import defaultdict
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from zoneinfo import TZPATH, available_timezones

# UTC is listed by that name alone: for the tables it is another name of the first of these.
UNIVERSAL = ("Etc/UTC", "Etc/GMT")


@cache
def time_zones() -> tuple[str, ...]:
    """Return the zones a reader may live in: the places that `zone.tab` knows, and UTC.

    It has one for each country at least. Where there is no such table, all that have an area are
    places.
    """
    known = available_timezones()
    places = {line.split("\t")[2] for line in _lines("zone.tab") if line[:1] not in ("", "#")}
    places = places or {name for name in known if "/" in name and not name.startswith("Etc/")}
    return (*sorted(places & known), "UTC")


@cache
def other_names() -> dict[str, list[str]]:
    """Return the other names of these zones (`L` lines of `tzdata.zi`; see zic(8), "Link")."""
    places, names = {*time_zones()}, defaultdict[str, list[str]](list, UTC=[*UNIVERSAL])
    for line in _lines("tzdata.zi"):
        if line.startswith("L "):
            _, zone, other = line.split()
            zone = "UTC" if zone in UNIVERSAL else zone
            if zone in places and other not in places:
                names[zone].append(other)
    return dict(names)


def listed(name: str) -> str:
    """Return the name by which a zone is listed; `name` itself where no other is."""
    return name if name in time_zones() else _by_other_name().get(name, name)


@cache
def _by_other_name() -> dict[str, str]:
    return {other: zone for zone, others in other_names().items() for other in others}


def _lines(table: str) -> list[str]:
    """Return the lines of a table that comes with the zones, wherever Python finds these."""
    for folder in (*map(Path, TZPATH), *_package()):
        if (file := folder / table).is_file():
            return file.read_text(encoding="utf-8").splitlines()
    return []


def _package() -> list[Traversable]:
    """Return the folder of the package `tzdata`, for systems without zones of their own."""
    try:
        return [files("tzdata") / "zoneinfo"]
    except ModuleNotFoundError:
        return []
