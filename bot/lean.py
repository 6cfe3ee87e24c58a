"""Keeps out of every process what Rasa imports while it loads and nothing here uses.

Rasa 3.6 imports TensorFlow, whatever the pipeline holds, and the libraries of clouds and messengers that are not configured. Ours holds no
TensorFlow component, and none of these libraries is installed (requirements/overrides.txt): `keep_out()` puts empty modules in their place.
tools/rongce.pth calls it whenever Python starts in the project's environment, so that Rasa's own commands (`rasa train` …) work as well.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

ABSENT = frozenset(
    {"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "boto3", "botocore", "twilio"}
)
"""Top-level packages that are replaced."""


class _Nothing(type):
    """A class whose every attribute, call, subscript and subclass is again nothing."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing(name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__dict__.get("_is_nothing") and len(args) == 1 and callable(args[0]):
            return args[0]  # used as a decorator: the function stays what it is
        return super().__call__()

    def __getitem__(cls, item: Any) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __or__


def _nothing(name: str) -> Any:
    return _Nothing(name, (), {"_is_nothing": True})


class _EmptyModule(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _nothing(name)
        setattr(self, name, value)
        return value


class _EmptyModules:
    """Finder and loader; without the base classes of importlib.abc, which would make every start of Python 60 ms longer."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in ABSENT:
            return None
        return ModuleSpec(fullname, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""


def keep_out() -> None:
    """Let imports of what is ABSENT give empty modules."""
    sys.meta_path.insert(0, _EmptyModules())
