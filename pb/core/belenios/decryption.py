"""Partial decryptions and the result (sections 4.18 and 4.19 of the specification).

H(decrypt|φ|X|A,B) binds neither α nor the factor F. A trustee who computed A and B for another F cannot choose which F
comes out, so a wrong factor with a valid proof shows as a result without a small logarithm (`compute_result`). That
none gets so far is what `pb.core.belenios.factors` is for.
"""

from collections.abc import Mapping, Sequence

from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.group import Element, Group
from pb.core.belenios.messages import Election, EncryptedTally, PartialDecryption, Result, TrusteeKey, WholeQuestion
from pb.core.belenios.proofs import equality_holds, prove_equality
from pb.core.belenios.trustee_list import Pedersen, Trustees

Factors = tuple[tuple[Element, ...], ...]
"""For each question a factor per ciphertext."""


def _statement(election: Election, public_key: Element) -> str:
    return f"decrypt|{election.hash}|{election.group.serialise(public_key)}"


def partial_decryption(election: Election, private_key: int, tally: EncryptedTally) -> PartialDecryption:
    """One trustee's factors F = α^x with their proofs."""
    group = election.group
    statement = _statement(election, group.generator.exp(private_key))
    rows = [[group.ladder(ciphertext.alpha) for ciphertext in row] for row in tally.questions]
    return PartialDecryption(
        factors=tuple(tuple(alpha.exp(private_key) for alpha in row) for row in rows),
        proofs=tuple(tuple(prove_equality(group, private_key, alpha, statement) for alpha in row) for row in rows),
    )


def check_partial_decryption(
    election: Election, key: TrusteeKey, tally: EncryptedTally, decryption: PartialDecryption
) -> None:
    """Check every factor of one trustee against the tally.

    Raises ProtocolError: DECRYPTION for a missing factor or a proof that does not hold, MEMBERSHIP for a factor
    outside the group; the message names question and answer, counted from 1.
    """
    group = election.group
    shape = [len(row) for row in tally.questions]
    if [len(row) for row in decryption.factors] != shape or [len(row) for row in decryption.proofs] != shape:
        raise ProtocolError(Check.DECRYPTION, "A decryption does not have one factor and proof per ciphertext.")
    statement = _statement(election, key.public_key)
    public = group.ladder(key.public_key)
    for question, row in enumerate(tally.questions):
        for answer, ciphertext in enumerate(row):
            place = {"question": question + 1, "answer": answer + 1}
            factor = group.ladder(decryption.factors[question][answer])
            if not group.powers_check_membership and not factor.is_member():
                raise ProtocolError(
                    Check.MEMBERSHIP,
                    "A factor is not in the group (question %(question)s, answer %(answer)s).",
                    equation="F^q = 1 mod p",
                    **place,
                )
            proof = decryption.proofs[question][answer]
            if not equality_holds(group, public, group.ladder(ciphertext.alpha), factor, statement, proof):
                raise ProtocolError(
                    Check.DECRYPTION,
                    "A decryption factor is not proved (question %(question)s, answer %(answer)s).",
                    equation="c = H(decrypt|φ|X|g^r·X^c,α^r·F^c)",
                    **place,
                )


def _plaintexts(group: Group, tally: EncryptedTally, decryptions: Sequence[PartialDecryption]) -> list[list[Element]]:
    """g^m, or ξ of a whole ballot, for each ciphertext: β divided by the product of the factors."""
    rows = []
    for question, row in enumerate(tally.questions):
        plain = []
        for answer, ciphertext in enumerate(row):
            factor = group.one
            for decryption in decryptions:
                factor = group.mul(factor, decryption.factors[question][answer])
            plain.append(group.mul(ciphertext.beta, group.inv(factor)))
        rows.append(plain)
    return rows


def lagrange(q: int, indices: Sequence[int], at: int) -> int:
    """λ of the index `at` among `indices`: Π k / (k - at) over the others, modulo q (section 4.19)."""
    coefficient = 1
    for k in indices:
        if k != at:
            coefficient = coefficient * k * pow(k - at, -1, q) % q
    return coefficient


def _interpolate(group: Group, factors: Mapping[int, Factors], indices: Sequence[int]) -> Factors:
    """Π F_δ^λ_δ for each ciphertext: the factor of the group's key."""
    weights = [lagrange(group.q, indices, index) for index in indices]
    first = factors[indices[0]]
    return tuple(
        tuple(
            group.product_of_powers([factors[index][question][place] for index in indices], weights)
            for place in range(len(row))
        )
        for question, row in enumerate(first)
    )


def _of_group(keys: Mapping[int, TrusteeKey], decryptions: Mapping[int, PartialDecryption]) -> dict[int, Factors]:
    """The factors of a group's trustees by their index in the group, from 1."""
    return {index: decryptions[number].factors for index, number in enumerate(keys, start=1) if number in decryptions}


def enough(trustees: Trustees, decryptions: Mapping[int, PartialDecryption]) -> bool:
    """Whether every mandatory trustee, and enough of each group, have decrypted. `decryptions` is by number."""
    return all(
        sum(number in decryptions for number in keys) >= (kind.threshold if isinstance(kind, Pedersen) else 1)
        for kind, keys in trustees.places()
    )


def combine(
    group: Group, trustees: Trustees, decryptions: Mapping[int, PartialDecryption]
) -> tuple[PartialDecryption, ...]:
    """One decryption for each entry of trustees.json: a mandatory trustee's own, a group's interpolated.

    Of a group the first `threshold` decryptions count. Raises ProtocolError (RESULT) before enough have decrypted.
    """
    if not enough(trustees, decryptions):
        raise ProtocolError(Check.RESULT, "Not enough trustees have decrypted.")
    combined = []
    for kind, keys in trustees.places():
        if isinstance(kind, Pedersen):
            factors = _of_group(keys, decryptions)
            chosen = sorted(factors)[: kind.threshold]
            combined.append(PartialDecryption(_interpolate(group, factors, chosen), ()))
        else:
            combined.append(decryptions[next(iter(keys))])
    return tuple(combined)


def compute_result(
    election: Election, tally: EncryptedTally, count: int, decryptions: Sequence[PartialDecryption]
) -> Result:
    """The result: m = log_g(β / ΠF), 0 <= m <= count, and the numbers in each whole ballot.

    `decryptions` holds one checked decryption for each entry of trustees.json: of every trustee where all are
    mandatory, else what `combine` gives. Raises ProtocolError (RESULT) if a logarithm is not among the possible counts:
    a factor is wrong although its proof holds.
    """
    group = election.group
    plain = _plaintexts(group, tally, decryptions)
    elements = {
        element
        for question, row in zip(election.questions, plain, strict=True)
        if not isinstance(question, WholeQuestion)
        for element in row
    }
    logarithms: dict[Element, int] = {}
    power = group.one
    for m in range(count + 1):
        if power in elements:
            logarithms[power] = m
        power = group.mul(power, group.g)
    if len(logarithms) != len(elements):
        raise ProtocolError(Check.RESULT, "The factors do not decrypt to a count of votes.", equation="β / ΠF = g^m")
    return Result(
        tuple(
            tuple(group.decode(element, len(question.answers)) for element in row)
            if isinstance(question, WholeQuestion)
            else tuple(logarithms[element] for element in row)
            for question, row in zip(election.questions, plain, strict=True)
        )
    )


def check_result(
    election: Election, tally: EncryptedTally, count: int, decryptions: Sequence[PartialDecryption], result: Result
) -> None:
    """Raise ProtocolError (RESULT) unless the published result is what the factors decrypt to.

    Each count m: β / ΠF = g^m and 0 <= m <= count. Each whole ballot: the numbers in β / ΠF, in the tally's order.
    """
    if [len(row) for row in result.result] != [len(row) for row in tally.questions]:
        raise ProtocolError(Check.RESULT, "The result does not have one entry per ciphertext.")
    group = election.group
    rows = zip(election.questions, _plaintexts(group, tally, decryptions), result.result, strict=True)
    for number, (question, row, published_row) in enumerate(rows, start=1):
        for place, (element, published) in enumerate(zip(row, published_row, strict=True), start=1):
            if isinstance(question, WholeQuestion):
                if group.decode(element, len(question.answers)) != published:
                    raise ProtocolError(
                        Check.RESULT,
                        "The published result is not what the factors decrypt to (question %(question)s, ballot "
                        "%(ballot)s).",
                        equation="β / ΠF = ξ",
                        question=number,
                        ballot=place,
                    )
            elif not _is_count(group, element, published, count):
                raise ProtocolError(
                    Check.RESULT,
                    "The published result is not what the factors decrypt to (question %(question)s, answer "
                    "%(answer)s).",
                    equation="β / ΠF = g^m",
                    question=number,
                    answer=place,
                )


def strange_encodings(
    election: Election, tally: EncryptedTally, decryptions: Sequence[PartialDecryption], question: int
) -> frozenset[int]:
    """The whole ballots of a question, by place from 0, that are not the encoding of the numbers they decode to.

    A dishonest voter put in something else; or a trustee's factor is wrong although its proof holds, since a wrong
    factor makes a random element of the ballot. `decryptions` is as for `compute_result`.
    """
    group, count = election.group, len(election.questions[question].answers)
    row = _plaintexts(group, tally, decryptions)[question]
    return frozenset(
        place for place, element in enumerate(row) if group.encode(group.decode(element, count)) != element
    )


def _is_count(group: Group, element: Element, published: int | tuple[int, ...], most: int) -> bool:
    return isinstance(published, int) and published <= most and group.generator.exp(published) == element
