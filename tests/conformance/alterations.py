"""Every way to alter a message that an attacker might try, each with the check that has to refuse it.

Alterations are made on the JSON value, leaf by leaf; texts that JSON values cannot express (a duplicated field, an
escape) are made on the text. What kind of value a leaf holds follows from its name.
"""

import copy
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pb.core.belenios.canonical import Check, dump_json
from pb.core.belenios.ed25519 import P as FIELD
from pb.core.belenios.groups import ED25519, Group
from tests.conformance.polls import G, verified

EXPONENTS = {"challenge", "response"}
ELEMENTS = {"alpha", "beta", "public_key", "credential", "factor"}
P = int(G.p)  # type: ignore[attr-defined]

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Alteration:
    """`value` is the altered message (or `text`, where no JSON value gives it), refused by one of `checks`."""

    name: str
    value: Any
    checks: frozenset[Check]
    path: Path = ()
    text: str | None = None

    @property
    def json(self) -> str:
        return dump_json(self.value) if self.text is None else self.text


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value in a JSON value that is not an object or an array."""
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(child, (*path, key))
    else:
        yield path, value


def containers(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every object and array."""
    if isinstance(value, dict | list):
        yield path, value
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from containers(child, (*path, key))


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def with_leaf(value: Any, path: Path, leaf: Any) -> Any:
    if not path:
        return leaf
    altered = copy.deepcopy(value)
    at(altered, path[:-1])[path[-1]] = leaf
    return altered


def kind_of(path: Path) -> str:
    names = [key for key in path if isinstance(key, str)]
    if names and names[-1] == "decryption_factors":
        return "element"
    if names and names[-1] == "proofs":
        return "exponent" if path[2] == 1 else "element"  # of a shuffle: (question, part, ..)
    if not names:
        return "credential list"
    return "exponent" if names[-1] in EXPONENTS else "element" if names[-1] in ELEMENTS else "other"


def exponent_alterations(value: str, group: Group) -> Iterator[tuple[str, Any, Check | None]]:
    number = int(value)
    yield "another number", str((number + 1) % group.q), None
    yield "zero", "0", None
    yield "not below q", str(number + group.q), Check.NUMBER
    yield "q itself", str(group.q), Check.NUMBER
    yield "negative", str(number - group.q), Check.NUMBER
    yield "leading zero", "0" + value, Check.NUMBER
    yield "sign", "+" + value, Check.NUMBER
    yield "space", " " + value, Check.NUMBER
    yield "underscore", value[0] + "_" + value[1:], Check.NUMBER
    yield "Arabic digits", value[:-1] + "٣", Check.NUMBER
    yield "empty", "", Check.NUMBER
    yield "a number, not a string", 7, Check.NUMBER
    yield "null", None, Check.NUMBER
    yield "enormous", "9" * 100_000, Check.NUMBER


def element_alterations(value: str, group: Group) -> Iterator[tuple[str, Any, Check | None]]:
    yield "another member", group.serialise(group.mul(group.read(value), group.g)), None
    yield "the identity", group.serialise(group.one), None
    yield "a number, not a string", 7, Check.ELEMENT
    yield "enormous", "9" * 100_000, Check.ELEMENT
    yield "negative", "-" + value, Check.ELEMENT
    yield "leading zero", "0" + value, Check.ELEMENT
    yield from (point_alterations if group is ED25519 else number_alterations)(value, group)


def number_alterations(value: str, group: Group) -> Iterator[tuple[str, Any, Check | None]]:
    element, p = int(value), int(group.p)  # type: ignore[attr-defined]
    yield "not a member", str(p - element), Check.MEMBERSHIP
    if group is G:
        yield "not a member, small", "2", Check.MEMBERSHIP
    yield "zero", "0", Check.ELEMENT
    yield "p itself", str(p), Check.ELEMENT
    yield "not below p", str(element + p), Check.ELEMENT
    yield "hexadecimal", hex(element), Check.ELEMENT


def point_alterations(value: str, group: Group) -> Iterator[tuple[str, Any, Check | None]]:
    of_order_two = group.read(group.serialise(type(group.one)(FIELD - 1)))
    mixed = group.serialise(group.mul(group.read(value), of_order_two))
    yield "not in the prime-order subgroup", mixed, Check.MEMBERSHIP
    yield "of order two", group.serialise(of_order_two), Check.MEMBERSHIP
    yield "of order four", "0" * 64, Check.MEMBERSHIP
    yield "on no curve", f"{2:064x}", Check.MEMBERSHIP
    yield "not below p", f"{FIELD + 1:064x}", Check.ELEMENT
    yield "the identity with a sign", f"{1 << 255 | 1:064x}", Check.MEMBERSHIP
    yield "RFC 8032's order of bytes", bytes.fromhex(value)[::-1].hex()[:-1] + "G", Check.ELEMENT
    yield "upper case", "A" * 64, Check.ELEMENT
    yield "a digit less", value[1:], Check.ELEMENT


def leaf_alterations(value: Any, own_check: Callable[[Path], set[Check]], group: Group = G) -> Iterator[Alteration]:
    """Each number and element altered in each way. `own_check` tells which check refuses a value in its form."""
    for path, leaf in leaves(value):
        kind = kind_of(path)
        if kind not in {"exponent", "element"}:
            continue
        ways = (exponent_alterations if kind == "exponent" else element_alterations)(leaf, group)
        for name, altered, check in ways:
            if altered == leaf:
                continue
            checks = own_check(path) if check is None else {check}
            yield Alteration(f"{path}: {name}", with_leaf(value, path, altered), frozenset(checks), path)


def swaps(value: Any, other: Any, own_check: Callable[[Path], set[Check]]) -> Iterator[Alteration]:
    """Each number and element exchanged with the next of its kind, and taken from another poll's message."""
    by_kind: dict[str, list[tuple[Path, Any]]] = {}
    for path, leaf in leaves(value):
        by_kind.setdefault(kind_of(path), []).append((path, leaf))
    for kind in ("exponent", "element"):
        found = by_kind.get(kind, [])
        for (path, leaf), (next_path, next_leaf) in itertools.pairwise(found):
            if leaf != next_leaf:
                altered = with_leaf(with_leaf(value, path, next_leaf), next_path, leaf)
                checks = own_check(path) | own_check(next_path)
                yield Alteration(f"{path} ↔ {next_path}", altered, frozenset(checks), path)
        for path, _leaf in found:
            altered = with_leaf(value, path, at(other, path))
            yield Alteration(f"{path}: another poll's", altered, frozenset(own_check(path)), path)


def shape_alterations(value: Any, own_check: Callable[[Path], set[Check]]) -> Iterator[Alteration]:
    """Each field dropped, added, reordered, of another type; each array item dropped or repeated."""
    form = frozenset({Check.FORM})
    for path, container in containers(value):
        wrong = frozenset({Check.FORM, *own_check(path)})
        yield Alteration(f"{path}: null", with_leaf(value, path, None), form, path)
        yield Alteration(f"{path}: text", with_leaf(value, path, "x"), form, path)
        if isinstance(container, dict):
            for key in container:
                rest = {name: child for name, child in container.items() if name != key}
                yield Alteration(f"{path}: {key} dropped", with_leaf(value, path, rest), wrong, path)
                if rest:
                    moved = rest | {key: container[key]}
                    if list(moved) != list(container):
                        yield Alteration(f"{path}: {key} moved", with_leaf(value, path, moved), form, path)
            yield Alteration(f"{path}: extra field", with_leaf(value, path, container | {"x": 1}), form, path)
        else:
            for index in range(len(container)):
                rest = container[:index] + container[index + 1 :]
                twice = container[: index + 1] + container[index:]
                yield Alteration(f"{path}: item {index} dropped", with_leaf(value, path, rest), wrong, path)
                yield Alteration(f"{path}: item {index} twice", with_leaf(value, path, twice), wrong, path)
            yield Alteration(f"{path}: emptied", with_leaf(value, path, []), wrong, path)


def text_alterations(value: Any) -> Iterator[Alteration]:
    """Texts that mean the same to a lenient parser, and texts that are no JSON."""
    text = dump_json(value)
    form = frozenset({Check.FORM})
    first = next(iter(value)) if isinstance(value, dict) and value else None
    altered = {
        "space at the end": text + " ",
        "space within": text.replace(",", ", ", 1) if "," in text else " " + text,
        "line end": text + "\n",
        "byte order mark": "\ufeff" + text,
        "escape": text.replace("e", "\\u0065", 1),
        "cut off": text[:-1],
        "twice": text + text,
        "empty": "",
        "deep": "[" * 100_000 + "]" * 100_000,
        "quite deep": "[" * 40 + "]" * 40,
        "NaN": "NaN",
        "float": "1.5",
        "huge number": "9" * 10_000,
        "lone surrogate": '"\\ud800"',
    }
    if first is not None:
        altered["field twice"] = f'{{"{first}":{dump_json(value[first])},{text[1:]}'
    for name, changed in altered.items():
        if changed != text:
            yield Alteration(name, None, form, (), changed)


def every(value: Any, other: Any, own_check: Callable[[Path], set[Check]], group: Group = G) -> list[Alteration]:
    """All alterations of a message; `other` is the same message of another poll."""
    return [
        *leaf_alterations(value, own_check, group),
        *swaps(value, other, own_check),
        *shape_alterations(value, own_check),
        *text_alterations(value),
    ]


def load(text: str) -> Any:
    return json.loads(text)


def refuse_all(alterations: Iterable[Alteration], archive: Callable[[Alteration], bytes], height: int) -> int:
    """Every alteration is refused at this event by its own check; returns how many there were."""
    wrong, count = [], 0
    for alteration in alterations:
        count += 1
        failure = verified(archive(alteration)).failure
        if failure is None or failure.check not in alteration.checks or failure.height != height:
            wrong.append(f"{alteration.name[:200]}: {sorted(alteration.checks)} expected, {failure}")
    assert not wrong, "\n".join(wrong)
    return count


def refused(archive: bytes) -> tuple[Check | None, int]:
    failure = verified(archive).failure
    return (failure and failure.check, failure.height if failure else -1)
