"""Contracts for import-linter that find by themselves what they are about, so that what is new is held at once."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FeaturesContract(Contract):
    """Every package below `package` is a feature, but for those named.

    `ground`: imports nothing of the package but itself. `foundation`: what features stand on; imports no feature.
    `composition`: puts the program together and may import anything. A feature imports of another one only its
    module `public`.
    """

    type_name = "features"

    package = fields.StringField()
    ground = fields.StringField()
    foundation = fields.ListField(subfield=fields.StringField())
    composition = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import between parts of the package."""
        parts = {self._part(child) for child in graph.find_children(self.package)}
        unknown = {self.ground, *self.foundation, *self.composition} - parts
        illegal = [
            (importer, imported)
            for part in parts
            for imported in {f"{self.package}.{part}"} | graph.find_descendants(f"{self.package}.{part}")
            for importer in graph.find_modules_that_directly_import(imported)
            if not self._may_import(self._part(importer), part, imported)
        ]
        return ContractCheck(
            kept=not illegal and not unknown,
            metadata={"illegal": sorted(illegal), "unknown": sorted(unknown)},
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which import is not allowed."""
        for name in check.metadata["unknown"]:
            output.print_error(f"{self.package}.{name} does not exist; correct the contract.")
        for importer, imported in check.metadata["illegal"]:
            output.print_error(f"{importer} must not import {imported}.")

    def _may_import(self, importer: str | None, part: str | None, imported: str) -> bool:
        """Whether a module of the part `importer` may import the module `imported` of `part`."""
        if importer is None or importer == part or importer in self.composition:
            return True
        if importer == self.ground:
            return False
        if part in {self.ground, *self.foundation, *self.composition}:
            return True
        return importer not in self.foundation and imported == f"{self.package}.{part}.public"

    def _part(self, module: str) -> str | None:
        """Return the part of the package that a module belongs to, None for modules of other packages."""
        head, _, rest = module.partition(".")
        return rest.split(".")[0] if head == self.package and rest else None


class NoCircleContract(Contract):
    """No modules import each other in a loop, not even for types only: each can be read after those it stands on."""

    type_name = "no circle"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Put the modules in an order."""
        imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
        try:
            TopologicalSorter(imported).prepare()
        except CycleError as found:
            return ContractCheck(kept=False, metadata={"circle": found.args[1]})
        return ContractCheck(kept=True)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which modules are tied."""
        output.print_error("These import each other: " + " <- ".join(check.metadata["circle"]))
