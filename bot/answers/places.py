"""How a text speaks of places that are not Fuzhou's (places.toml is the gazetteer)."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import tomli

PLACE_SIGNS = ("place", "abroad", "place_first", "place_of_life")
NO_PLACE = re.compile("天津大学")
"""A name that the document itself bears."""
BEFORE_ONES_OWN = re.compile(
    r"(?:从|来自|[离退回跑去到在是]|老家|户口|户籍|原籍|from|in|left)[\s是在的]{0,2}(?:[\u4e00-\u9fff]{0,2}[省市县])?$"
)
AFTER_ONES_OWN = re.compile(
    r"^(?:省|市|县|那边|这边)?(?:人(?![才力事社])|籍|来(?!榕)|户口|户籍|老家|妹|仔|打工|上班|工作|务工|读书|念书|进厂|摆摊|开[店车]|做|跑|缴|交)"
)


def place_signs(simplified: str) -> list[str]:
    """How `simplified` speaks of other places, where it names none of Fuzhou's: "place" (one of the mainland) and "abroad" (any
    other), "place_first" where the text begins with one, "place_of_life" where somebody comes from or lives in one.
    """
    if names_home(simplified):
        return []
    text = NO_PLACE.sub("", simplified)
    found: dict[str, None] = {}
    for sign, names in (("place", _names("mainland")), ("abroad", _names("abroad"))):
        for match in names.finditer(text):
            found[sign] = None
            if match.start() <= 1:
                found["place_first"] = None
            if BEFORE_ONES_OWN.search(text[: match.start()]) or AFTER_ONES_OWN.match(text[match.end() :]):
                found["place_of_life"] = None
    return list(found)


def names_home(simplified: str) -> bool:
    """Whether `simplified` names a place that is Fuzhou's."""
    return bool(_names("home").search(simplified))


@cache
def _names(kind: str) -> re.Pattern[str]:
    """A pattern for any place of that `kind`, the longest name first."""
    gazetteer = tomli.loads(resources.files(__package__).joinpath("places.toml").read_text("utf-8"))
    names = [re.escape(name.replace("_", " ")) for name in gazetteer[kind].split()]
    return re.compile("|".join(sorted(names, key=len, reverse=True)))
