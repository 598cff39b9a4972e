"""The words of a verification: what is published under these names in JSON, as a reader sees it in a language."""

from typing import Final

from pb.commands.spoken import gettext, ngettext, said
from pb.core.belenios.ballot_rule import Reason
from pb.core.belenios.canonical import Check
from pb.core.belenios.report import Stage, Step
from pb.core.findings import Finding
from pb.core.poll.card_list import Made

STEPS: Final = {
    Step.EXTENDS: Finding("extends"),
    Step.ARCHIVE: Finding("archive"),
    Step.CHAIN: Finding("chain"),
    Step.SETUP: Finding("setup"),
    Step.CREDENTIALS: Finding("credentials"),
    Step.TRUSTEES: Finding("trustees"),
    Step.ELECTION_KEY: Finding("election key"),
    Step.TERMS: Finding("terms"),
    Step.WITHDRAWN: Finding("withdrawn"),
    Step.BALLOTS: Finding("ballots"),
    Step.MINIMUM: Finding("minimum of ballots"),
    Step.TALLY: Finding("tally"),
    Step.SHUFFLES: Finding("shuffles"),
    Step.DECRYPTIONS: Finding("decryptions"),
    Step.RESULT: Finding("result"),
    Step.BALLOT_RULE: Finding("ballot rule"),
    Step.WINNERS: Finding("winners"),
}
STAGES: Final = {
    Stage.NOTHING: Finding("Nothing is verified."),
    Stage.OPEN: Finding("The archive ends while the poll is open."),
    Stage.CLOSED: Finding("The archive ends after the closing; nothing was decrypted."),
    Stage.TALLIED: Finding("The archive ends with the encrypted tally; nothing was decrypted."),
    Stage.SHUFFLING: Finding("The archive ends while whole ballots are shuffled."),
    Stage.SHUFFLED: Finding("The archive ends after the shuffles; nothing was decrypted."),
    Stage.DECRYPTING: Finding("The archive ends before every trustee has decrypted."),
    Stage.COMPLETE: Finding("The archive is complete."),
}
CHECKS: Final = {
    Check.FORM: Finding("form"),
    Check.NUMBER: Finding("number"),
    Check.ELEMENT: Finding("element"),
    Check.MEMBERSHIP: Finding("membership"),
    Check.UNSUPPORTED: Finding("unsupported"),
    Check.ARCHIVE: Finding("archive"),
    Check.HASH: Finding("hash"),
    Check.ORDER: Finding("order"),
    Check.CHAIN: Finding("chain"),
    Check.EXTENDS: Finding("extends"),
    Check.SETUP: Finding("setup"),
    Check.CREDENTIALS: Finding("credentials"),
    Check.TRUSTEES: Finding("trustees"),
    Check.ELECTION_KEY: Finding("election key"),
    Check.TERMS: Finding("terms"),
    Check.ELECTION: Finding("election"),
    Check.CREDENTIAL: Finding("credential"),
    Check.DUPLICATE: Finding("duplicate"),
    Check.ANSWERS: Finding("answers"),
    Check.INDIVIDUAL_PROOF: Finding("individual proof"),
    Check.OVERALL_PROOF: Finding("overall proof"),
    Check.BLANK_PROOF: Finding("blank proof"),
    Check.WHOLE_PROOF: Finding("whole proof"),
    Check.SIGNATURE: Finding("signature"),
    Check.MINIMUM: Finding("minimum of ballots"),
    Check.TALLY: Finding("tally"),
    Check.OWNER: Finding("owner"),
    Check.SHUFFLE: Finding("shuffle"),
    Check.DECRYPTION: Finding("decryption"),
    Check.RESULT: Finding("result"),
    Check.CODE: Finding("code"),
    Check.PLAINTEXT: Finding("plaintext"),
    Check.LOGIN: Finding("login"),
    Check.CONFIRMATION: Finding("confirmation"),
    Check.KEY_FILE: Finding("key file"),
    Check.RECEIPT: Finding("receipt"),
    Check.WITHDRAWN: Finding("withdrawn"),
    Check.CARDS: Finding("cards"),
    Check.CEREMONY: Finding("ceremony"),
}
REASONS: Final = {
    Reason.NOT_AN_ENCODING: Finding("not an encoding of numbers"),
    Reason.NOT_ZERO_OR_ONE: Finding("not 0 or 1"),
    Reason.TOO_FEW: Finding("too few choices"),
    Reason.TOO_MANY: Finding("too many choices"),
    Reason.TOO_MANY_POINTS_FOR_ONE: Finding("too many points for one project"),
    Reason.TOO_MANY_POINTS: Finding("too many points"),
    Reason.NOT_A_RANKING: Finding("ranks repeated or left out"),
    Reason.OVER_THE_LIMIT: Finding("over the knapsack limit"),
}
MADE: Final = {
    Made.PROGRAM: Finding("The maker says, and nobody can prove, that the cards were made with the offline program."),
    Made.SAVED_FILE: Finding(
        "The maker says, and nobody can prove, that the cards were made with the saved file, without a network."
    ),
    Made.PLATFORM_PAGE: Finding(
        "The poll's terms say that the cards were made on a page of the platform: whoever serves the page could have "
        "made others."
    ),
}
NARROWEST_STEP: Final = 20
NARROWEST_COUNTED: Final = 21


def counted(step: Step, number: int) -> str:
    """What a check counts, as it is called beside this number."""
    return {
        Step.EXTENDS: ngettext("event of the copy", "events of the copy", number),
        Step.ARCHIVE: ngettext("record", "records", number),
        Step.CHAIN: ngettext("event", "events", number),
        Step.SETUP: ngettext("message", "messages", number),
        Step.CREDENTIALS: ngettext("public credential", "public credentials", number),
        Step.TRUSTEES: ngettext("trustee", "trustees", number),
        Step.ELECTION_KEY: ngettext("key", "keys", number),
        Step.TERMS: ngettext("project", "projects", number),
        Step.WITHDRAWN: ngettext("withdrawn credential", "withdrawn credentials", number),
        Step.BALLOTS: ngettext("ballot", "ballots", number),
        Step.MINIMUM: ngettext("voter", "voters", number),
        Step.TALLY: ngettext("ciphertext", "ciphertexts", number),
        Step.SHUFFLES: ngettext("shuffled ciphertext", "shuffled ciphertexts", number),
        Step.DECRYPTIONS: ngettext("decryption factor", "decryption factors", number),
        Step.RESULT: ngettext("count", "counts", number),
        Step.BALLOT_RULE: ngettext("whole ballot", "whole ballots", number),
        Step.WINNERS: ngettext("winner", "winners", number),
    }[step]


def line(step: Step, number: int, seconds: float, *, passed: bool) -> str:
    """A check of the report, in columns that the longest words of the language fit into."""
    verdicts = gettext("ok"), gettext("FAILED")
    first = max(map(len, verdicts))
    second = max(NARROWEST_STEP, *(len(said(word)) for word in STEPS.values()))
    fourth = max(NARROWEST_COUNTED, *(len(counted(each, many)) for each in Step for many in (1, 2, 5)))
    verdict = verdicts[0 if passed else 1]
    return (
        f"{verdict:{first}} {said(STEPS[step]):{second}} {number:>8} {counted(step, number):{fourth}} {seconds:9.3f} s"
    )


def failed(check: Check, finding: Finding) -> str:
    """A finding that refuses, with the check that it belongs to."""
    return gettext("FAILED %(check)s: %(finding)s", check=said(CHECKS[check]), finding=said(finding))


def failed_cards(sentence: Finding) -> str:
    """A finding about the list of cards that refuses."""
    return failed(Check.CARDS, sentence)
