"""Holds the features of shared dependencies equal between the README's two commands, so that each is compiled once.

Cargo gives a dependency the features that the selected packages ask for. When the tests select more packages than the
command does, and one of those asks for more, everything above the dependency is compiled twice.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMAND = ["--package", "atalaya-cli", "--edges", "normal,build"]
TESTS = ["--workspace", "--edges", "all"]


def features(selection: list[str]) -> dict[str, set[str]]:
    """Each package of a selection, with the sets of features that it is compiled with, as texts."""
    tree = ["cargo", "tree", "--locked", "--prefix", "none", "--format", "{p}\t{f}", *selection]
    lines = subprocess.run(tree, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    found: dict[str, set[str]] = {}
    for line in filter(None, lines):
        package, _, listed = line.partition("\t")
        found.setdefault(package.removesuffix(" (*)"), set()).add(listed.removesuffix(" (*)"))
    return found


def main() -> int:
    """Says what differs; 1 when anything does."""
    command, tests = features(COMMAND), features(TESTS)
    differ = {package: sets for package, sets in command.items() if not sets <= tests.get(package, set())}
    for package, sets in sorted(differ.items()):
        print(f"{package}: the command compiles it with {sorted(sets)}, the tests with {sorted(tests.get(package, ()))}")
    if differ:
        print("Ask for the missing features in crates/cli/Cargo.toml too, as is done for `time`.")
    else:
        print(f"{len(command)} packages of the command are compiled for the tests alike")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
