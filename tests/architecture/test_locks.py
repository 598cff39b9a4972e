"""The lock files: whoever installs from them, wherever, gets what was reviewed."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
OF_A_BUCKET = "requirements-s3.lock"
# Options of pip stand at the start of a line: of them only the hashes belong here.
ADDRESS = re.compile(r".*(?:https?:|://|@).*|^\s*-(?!-hash=).*", re.MULTILINE)
HASH = re.compile(r"[0-9a-f]{64}")


@pytest.mark.parametrize("lock", [*LOCKS, OF_A_BUCKET])
def test_a_lock_names_no_address(lock: str) -> None:
    assert not ADDRESS.findall((ROOT / lock).read_text())


@pytest.mark.parametrize("lock", [*LOCKS, OF_A_BUCKET])
def test_every_package_has_one_version_and_its_hashes(lock: str) -> None:
    packages = _packages(lock)
    assert len(packages) > (40 if lock in LOCKS else 4)
    for requirement, hashes in packages:
        assert [pin.operator for pin in requirement.specifier] == ["=="], str(requirement)
        assert hashes, f"no hash: {requirement}"
        assert all(HASH.fullmatch(digest) for digest in hashes), str(requirement)


def test_what_is_tested_is_what_is_installed() -> None:
    served, tested = (_versions(lock) for lock in LOCKS)
    assert {name: tested.get(name) for name in served} == served


def test_boto3_comes_by_its_own_lock_alone_and_goes_together_with_the_others() -> None:
    served, tested = (_versions(lock) for lock in LOCKS)
    with_bucket = _versions(OF_A_BUCKET)
    assert "boto3" in with_bucket
    assert "boto3" not in served, "a village that keeps its pictures in a folder installs none of it"
    assert {name: tested.get(name) for name in with_bucket} == with_bucket
    shared = with_bucket.keys() & served.keys()
    assert shared
    assert {name: served[name] for name in shared} == {name: with_bucket[name] for name in shared}


def _versions(lock: str) -> dict[str, set[str]]:
    """Of each package the versions, each with the platforms that it is for."""
    versions = defaultdict(set)
    for requirement, _hashes in _packages(lock):
        versions[canonicalize_name(requirement.name)].add(f"{requirement.specifier}; {requirement.marker}")
    return dict(versions)


def _packages(lock: str) -> list[tuple[Requirement, list[str]]]:
    packages = []
    for package in re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip()):
        specification, *hashes = re.split(r"\s+(?:\\\n\s*)?--hash=sha256:", package)
        packages.append((Requirement(specification), hashes))
    return packages
