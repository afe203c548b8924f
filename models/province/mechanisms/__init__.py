"""Schemes of fraud and honest-but-odd habits, one small module each; importing this package registers them all."""

import importlib
import pkgutil

from models.province.mechanisms.mechanism import MECHANISMS

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")

__all__ = ["MECHANISMS"]
