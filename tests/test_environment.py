"""Rasa's two wheels say that they want an older Python: here stands what was checked about them (docs/adr/0012-python-3.12.md)."""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.lean import ABSENT

CHECKED = {
    "rasa": ("3.6.21", ">=3.8,<3.11", "15c971d4e248c3bd5985c76dc39132fcf63dd608ea0d9f821f1c1a5452e04506"),
    "rasa-sdk": ("3.6.2", ">=3.8,<3.11", "a338ef3198a9cf17d3131bc514e31e5e482346ab9b2dae1750a6cb7d35ccedc8"),
}
"""Of each wheel the version, the Python that it asks for, and the hash of what it requires."""
OF_AN_ADVISORY = {"aiohttp", "dnspython", "pydantic", "pymongo", "sentry-sdk", "setuptools"}
OF_THIS_PYTHON = {"matplotlib", "numpy", "packaging", "regex", "scikit-learn", "scipy"}
"""What is newer than the wheels allow, since the releases that they allow are unsafe (ADR 2) or have no wheel for this Python."""
LEFT_OUT = {
    "absl-py",
    "boto3",
    "confluent-kafka",
    "protobuf",
    "tensorflow",
    "tensorflow-hub",
    "tensorflow-io-gcs-filesystem",
    "tensorflow-text",
    "twilio",
    "wheel",
}
"""What they require and is not installed, since nothing here imports it or bot/lean.py stands in its place."""


HERE = [sysconfig.get_paths()["purelib"]]
"""Where this environment's packages are; setuptools brings copies of some in a folder of its own."""
OLDER = {"python_version": "3.10", "python_full_version": "3.10.0", "extra": ""}


def required() -> Iterator[Requirement]:
    """What both wheels require on the Python that they ask for."""
    for name in CHECKED:
        for line in metadata.requires(name) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate(OLDER):
                yield requirement


@pytest.mark.parametrize("name", CHECKED)
def test_rasas_wheels_are_those_that_were_checked_on_this_python(name: str) -> None:
    version, python, requires = CHECKED[name]
    lines = "\n".join(sorted(metadata.requires(name) or ()))
    found = (
        metadata.version(name),
        metadata.metadata(name)["Requires-Python"],
        hashlib.sha256(lines.encode()).hexdigest(),
    )
    assert found == (version, python, requires)


def test_this_is_the_python_that_was_checked() -> None:
    assert sys.version_info[:2] == tuple(map(int, Path(".python-version").read_text("ascii").split(".")))


def test_what_rasa_requires_is_there_in_a_version_that_it_allows_or_is_known_to_be_otherwise() -> None:
    installed = {canonicalize_name(entry.name): entry.version for entry in metadata.distributions(path=HERE)}
    missing: set[str] = set()
    otherwise: set[str] = set()
    for requirement in required():
        name = canonicalize_name(requirement.name)
        if name not in installed:
            missing.add(name)
        elif installed[name] not in requirement.specifier:
            otherwise.add(name)
    assert missing == LEFT_OUT
    assert otherwise == OF_AN_ADVISORY | OF_THIS_PYTHON


def test_what_is_replaced_by_empty_modules_is_not_installed() -> None:
    assert not {entry.name for entry in metadata.distributions(path=HERE)} & ABSENT
    assert all(find_spec(name) is not None for name in ABSENT)
