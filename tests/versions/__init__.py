"""Two versions of one document of a place that there is not, for the tests: the newer one takes the place of the older."""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).parent
OLDER, NEWER = "qingyu-2018", "qingyu-2023"


def hold(documents: Path, *keys: str) -> None:
    """Put versions into a folder of documents."""
    for key in keys or (OLDER, NEWER):
        (documents / key).mkdir(parents=True)
        shutil.copyfile(HERE / f"{key}.txt", documents / key / "source.txt")
