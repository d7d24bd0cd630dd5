"""An address of the URL map, which learns to write itself only when somebody links to it.

For each rule werkzeug compiles two functions that build its address: a quarter of a second of CPU for the three hundred
of KIMHub, in every process, command and worker, and most never link to more than a few.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class AddressRule(Rule):
    """The same as werkzeug's; what cannot be matched or has no converter is still refused when it is added."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compiled: list[Builder] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(AddressRule, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build
