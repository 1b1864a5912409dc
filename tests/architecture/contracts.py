"""A contract that import-linter lacks: a package may import what is listed, and nothing else."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyImports(Contract):
    """`source_modules`, with all below them, import directly only `allowed_modules` and below.

    Names of the standard library count like any other: what a rule may use is listed, so that
    `random` or `logging` cannot slip in.
    """

    type_name = "only_imports"

    source_modules = fields.ListField(subfield=fields.StringField())
    allowed_modules = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Called by import-linter with the graph of everything."""
        sources = self._strings("source_modules")
        allowed = (*sources, *self._strings("allowed_modules"))
        broken = sorted(
            f"{module} -> {imported}"
            for module in graph.modules
            if _within(module, sources)
            for imported in graph.find_modules_directly_imported_by(module)
            if not _within(imported, allowed)
        )
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["broken"]:
            output.print_error(f"{line}: not on the list of what may be imported here")

    def _strings(self, name: str) -> tuple[str, ...]:
        return tuple(getattr(self, name))


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
