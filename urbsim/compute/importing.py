"""Libraries that take long to import, beside work that leaves the interpreter to others."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Thread


def import_beside(module: str) -> None:
    """Begins to import a module in a thread of its own. Who imports it next waits until it is there."""
    if module not in sys.modules:
        Thread(target=import_module, args=(module,), name=f"import {module}").start()
