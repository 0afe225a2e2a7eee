"""An import-linter contract: what lies behind a module's door is imported by that module alone."""

from dataclasses import dataclass
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOT = "siyu"
DOORS = frozenset({"api", "contracts", "errors"})
DOOR_OF_ROUTES = (
    "access"  # who is asking over HTTP; behind it the web framework, which nobody else shall load
)


@dataclass(frozen=True, slots=True)
class Trespass:
    """One import that goes around a door."""

    importer: str
    imported: str


class Doors(Contract):
    """A module is entered at `api`, `contracts` or `errors`, by routes also at `access`, whatever else it will hold.

    open_to_all     modules without a door (the kernel)
    enter_anywhere  modules that wire the others together (entrypoints)
    """

    type_name = "doors"

    open_to_all = fields.SetField(subfield=fields.StringField())
    enter_anywhere = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every import between two modules, looked at once."""
        found = [
            Trespass(importer, imported)
            for importer in sorted(graph.modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._goes_around(importer.split("."), imported.split("."))
        ]
        return ContractCheck(kept=not found, metadata={"trespasses": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Each import that goes around a door on a line of its own."""
        for trespass in check.metadata["trespasses"]:
            output.print_error(f"{trespass.importer} -> {trespass.imported}", bold=False)
        output.new_line()

    def _goes_around(self, importer: list[str], imported: list[str]) -> bool:
        exempt: Any = self.enter_anywhere
        doorless: Any = self.open_to_all
        if importer[0] != ROOT or imported[0] != ROOT or len(importer) == 1 or importer[1] in exempt:
            return False
        if len(imported) == 1 or imported[1] == importer[1] or imported[1] in doorless:
            return False
        doors = DOORS | {DOOR_OF_ROUTES} if importer[2:3] == ["routes"] else DOORS
        return len(imported) == 2 or imported[2] not in doors
