"""Partial decryptions and the result (sections 4.18 and 4.19 of the specification).

H(decrypt|φ|X|A,B) binds neither α nor the factor F. A trustee who computed A and B for another F cannot choose which F
comes out, so a wrong factor with a valid proof shows as a result without a small logarithm (`compute_result`).
"""

from collections.abc import Sequence

from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.groups import Element, Group
from pb.core.belenios.messages import Election, EncryptedTally, PartialDecryption, Result, TrusteeKey
from pb.core.belenios.proofs import equality_holds, prove_equality


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
            place = f"question {question + 1}, answer {answer + 1}"
            factor = group.ladder(decryption.factors[question][answer])
            if not factor.is_member():
                raise ProtocolError(
                    Check.MEMBERSHIP, f"A factor is not in the group ({place}).", equation="F^q = 1 mod p"
                )
            proof = decryption.proofs[question][answer]
            if not equality_holds(group, public, group.ladder(ciphertext.alpha), factor, statement, proof):
                raise ProtocolError(
                    Check.DECRYPTION,
                    f"A decryption factor is not proved ({place}).",
                    equation="c = H(decrypt|φ|X|g^r·X^c,α^r·F^c)",
                )


def _plaintexts(group: Group, tally: EncryptedTally, decryptions: Sequence[PartialDecryption]) -> list[list[Element]]:
    """g^m for each ciphertext: β divided by the product of the factors."""
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


def compute_result(
    election: Election, tally: EncryptedTally, count: int, decryptions: Sequence[PartialDecryption]
) -> Result:
    """The result from one checked decryption of every trustee: m = log_g(β / ΠF), 0 <= m <= count.

    Raises ProtocolError (RESULT) if a logarithm is not among the possible counts: a factor is wrong although its
    proof holds, and each trustee has to decrypt again.
    """
    group = election.group
    plain = _plaintexts(group, tally, decryptions)
    wanted = {element for row in plain for element in row}
    logarithms: dict[Element, int] = {}
    power = group.one
    for m in range(count + 1):
        if power in wanted:
            logarithms[power] = m
        power = group.mul(power, group.g)
    if len(logarithms) != len(wanted):
        raise ProtocolError(Check.RESULT, "The factors do not decrypt to a count of votes.", equation="β / ΠF = g^m")
    return Result(tuple(tuple(logarithms[element] for element in row) for row in plain))


def check_result(
    election: Election, tally: EncryptedTally, count: int, decryptions: Sequence[PartialDecryption], result: Result
) -> None:
    """Raise ProtocolError (RESULT) unless each published count m fits: β / ΠF = g^m and 0 <= m <= count."""
    if [len(row) for row in result.result] != [len(row) for row in tally.questions]:
        raise ProtocolError(Check.RESULT, "The result does not have one count per answer.")
    group = election.group
    for question, row in enumerate(_plaintexts(group, tally, decryptions)):
        for answer, element in enumerate(row):
            m = result.result[question][answer]
            if m > count or group.generator.exp(m) != element:
                raise ProtocolError(
                    Check.RESULT,
                    f"The published count is not what the factors decrypt to (question {question + 1}, "
                    f"answer {answer + 1}).",
                    equation="β / ΠF = g^m",
                )
