"""Keeps TensorFlow out of a process that uses none of it.

Rasa 3.6 imports TensorFlow while it loads, whatever the pipeline holds. Ours holds no TensorFlow component, and importing it
costs more than two seconds and 350 MiB. `keep_tensorflow_out()` puts empty modules in its place. It must run before Rasa
is imported; Rasa's own commands (`rasa train` …) do not run it and import the real one.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

ABSENT = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"})
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


class _EmptyModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in ABSENT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""


def keep_tensorflow_out() -> None:
    """Let imports of TensorFlow and its companions give empty modules; does nothing where it was imported already."""
    if "tensorflow" in sys.modules or any(isinstance(finder, _EmptyModules) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _EmptyModules())
