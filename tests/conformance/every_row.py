"""Every row of the table: importing a module adds its rows."""

import importlib
import pkgutil

import conformance
from conformance.rows import TABLE

for module in pkgutil.iter_modules(conformance.__path__):
    if module.name != "every_row":
        importlib.import_module(f"conformance.{module.name}")

__all__ = ["TABLE"]
