"""What a row of the known-fix table is."""

from __future__ import annotations

import re
from typing import Protocol

from .fault import Fault
from .source import Source


class Fix(Protocol):
    """One row: a mistake that is known, and how it is mended. `id` names it in findings."""

    id: str

    def mend(self, source: Source, fault: Fault) -> str | None:
        """The mended code, or None when the fault is not this row's. Never changes code that is right."""
        ...


def undefined_name(fault: Fault) -> str | None:
    """The name that is not there, in a module or where it is imported from."""
    if fault.error_class == "NameError":
        match = re.search(r"name '(\w+)' is not defined", fault.message)
    elif fault.error_class == "ImportError":
        match = re.search(r"cannot import name '(\w+)'", fault.message)
    else:
        return None
    return match and match[1]


def unexpected_keyword(fault: Fault) -> tuple[str, str] | None:
    """Who does not take the keyword argument, as Python names it, and the keyword."""
    if fault.error_class != "TypeError":
        return None
    match = re.search(r"([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'", fault.message)
    return (match[1], match[2]) if match else None


def missing_attribute(fault: Fault) -> str | None:
    """The attribute that an object does not have."""
    if fault.error_class != "AttributeError":
        return None
    match = re.search(r"has no attribute '(\w+)'", fault.message)
    return match and match[1]
