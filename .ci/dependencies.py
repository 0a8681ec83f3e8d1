"""Holds the locked dependencies to the licences, the duplicates and the sources that deny.toml allows.

A part of what cargo-deny does, for machines on which building it would take longer than all other checks.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import tomlkit

ROOT = Path(__file__).parent.parent
TERM = re.compile(r"\s*(\(|\)|/|[^\s()/]+)")


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression, or one of Cargo's old ones with a slash, can be satisfied by allowed licences."""
    terms = TERM.findall(expression)
    at = 0

    def one() -> bool:
        nonlocal at
        term, at = terms[at], at + 1
        if term == "(":
            found = either()
            at += 1
            return found
        if at < len(terms) and terms[at] == "WITH":
            term, at = f"{term} WITH {terms[at + 1]}", at + 2
        return term in allowed

    def all_of() -> bool:
        nonlocal at
        found = one()
        while at < len(terms) and terms[at] == "AND":
            at += 1
            found = one() and found
        return found

    def either() -> bool:
        nonlocal at
        found = all_of()
        while at < len(terms) and terms[at] in ("OR", "/"):
            at += 1
            found = all_of() or found
        return found

    return either()


def faults(packages: list[dict], rules: dict) -> list[str]:
    """What the packages break of the rules, a sentence each."""
    exceptions = {rule["crate"]: set(rule["allow"]) for rule in rules["licenses"]["exceptions"]}
    allowed, skipped = set(rules["licenses"]["allow"]), set(rules["bans"]["skip"])
    found, versions = [], {}
    for package in (package for package in packages if package["source"]):
        name, licence = package["name"], package["license"] or "none"
        versions.setdefault(name, []).append(f"{name}@{package['version']}")
        if not is_allowed(licence, allowed | exceptions.get(name, set())):
            found.append(f"{name} {package['version']} has the licence {licence}, which deny.toml does not allow")
        if not package["source"].startswith("registry+"):
            found.append(f"{name} {package['version']} comes from {package['source']}")
    for all_versions in versions.values():
        extra = [version for version in all_versions if version not in skipped]
        if len(extra) > 1:
            found.append(f"{', '.join(extra)}: one version is enough, or deny.toml says why not")
    known = {version for all_versions in versions.values() if len(all_versions) > 1 for version in all_versions}
    found += [f"deny.toml skips {name}, which is no duplicate any more" for name in sorted(skipped - known)]
    return found


def main() -> int:
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    rules = tomlkit.parse((ROOT / "deny.toml").read_text()).unwrap()
    # The check itself, so that it cannot pass whatever comes.
    for expression, wanted in [("MIT/GPL-3.0", True), ("(MIT OR X) AND GPL-3.0", False), ("MIT AND ISC OR X", True)]:
        assert is_allowed(expression, {"MIT", "ISC"}) is wanted, expression
    found = faults(metadata["packages"], rules)
    print("\n".join(found) or f"{len(metadata['packages'])} packages: licences, duplicates and sources are as deny.toml says")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
