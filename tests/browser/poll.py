"""A small poll with real keys for tests of the browser's scripts, and the server's part of voting, in memory."""

import io
import secrets
import uuid
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from pb.core.belenios import (
    archive,
    ballots,
    chain,
    credentials,
    decryption,
    factors,
    messages,
    possession,
    receipt,
    tally,
    trustees,
)
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.messages import EncryptedTally, Event, Proof
from pb.core.poll import terms as poll_terms
from pb.core.poll.bilingual import Bilingual
from tests.browser.site import Site, render

TIMESTAMP = 1795253127
ODD_TITLE = 'Су </script><b id="x"> & "құдық" \'ә\' \\n \\u003c \N{LINE SEPARATOR} &amp;'
ACCEPTED = 201


@dataclass
class Poll:
    """One election with three trustees; `codes` are the voters' cards, `with_photos` numbers of projects.

    `cast` takes ballots as the server does.
    """

    projects: int = 3
    choices: int = 2
    voters: int = 3
    with_photos: tuple[int, ...] = ()
    private_keys: list[int] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)
    trackers: dict[str, dict[str, Any]] = field(default_factory=dict)
    ballots: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        group = BELENIOS_2048
        self.private_keys = [trustees.generate_private_key(group) for _ in range(3)]
        self.keys = [trustees.trustee_key(group, key) for key in self.private_keys]
        self.receipt_key, public = receipt.generate_receipt_key()
        titles = ["Жол жарығы", "Балалар алаңы", ODD_TITLE] + [f"Жоба {number}" for number in range(4, 100)]
        self.uuid = messages.generate_uuid()
        self.terms = poll_terms.PollTerms(
            poll_terms.Okrug("111033000", "Краснояр ауылдық округі", "Красноярский сельский округ"),
            2027,
            60_000_000_00,
            tuple(
                poll_terms.Project(str(uuid.uuid4()), number, titles[number - 1], "Красный Яр", number * 1_234_000_00)
                for number in range(1, self.projects + 1)
            ),
            self.choices,
            "2026-11-30T13:00:00Z",
            2,
            poll_terms.TieSeed.of("Қар жауды"),
            poll_terms.Roll(self.voters, "ab" * 32),
            public,
            poll_terms.Minutes("4", "2026-11-20"),
        )
        self.election_json = poll_terms.build_election(
            uuid=self.uuid,
            name="Ауыл бюджеті",
            description='Сипаттама: </script> & "тырнақша"',
            question="Жобаларды таңдаңыз",
            public_key=trustees.combine_keys(group, self.keys),
            terms=self.terms,
            administrator="Әкімдік",
            credential_authority="Комиссия",
        )
        self.election = messages.Election.parse(self.election_json)
        self.trustees_json = messages.trustees_json(self.keys, group)
        self.codes = [credentials.generate_code() for _ in range(self.voters)]
        self.secrets = [credentials.derive(group, self.uuid, code) for code in self.codes]
        self.credentials = [credentials.public_credential(group, secret) for secret in self.secrets]
        self._out = bytearray(archive.header(TIMESTAMP))
        self.last = self._add(
            chain.setup(self.election_json, self.trustees_json, messages.credentials_json(self.credentials))
        )

    def _add(self, link: chain.Link) -> Event:
        for record in link.records:
            self._out.extend(archive.record(record.name, record.data, TIMESTAMP))
        return link.event

    @property
    def archive(self) -> io.BytesIO:
        return io.BytesIO(bytes(self._out))

    # what the server answers

    def challenge(self, _body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        nonce = secrets.token_hex(16)
        self.nonces.add(nonce)
        return 200, {"nonce": nonce}

    def voter(self, body: dict[str, Any], origin: str) -> tuple[int, dict[str, Any]]:
        self.nonces.remove(body["nonce"])
        proof = Proof.from_value(body["proof"], BELENIOS_2048.q)
        try:
            possession.check_login(
                BELENIOS_2048, body["credential"], proof, origin=origin, uuid=self.uuid, nonce=body["nonce"]
            )
        except ProtocolError as error:
            return 403, {"error": {"code": "refused", "message": error.message}}
        if body["credential"] not in self.credentials:
            return 403, {"error": {"code": "refused", "message": "We do not know this IIN with this code."}}
        if body["credential"] in self.trackers:
            return 200, {"state": "voted", "receipt": self.trackers[body["credential"]]}
        return 200, {"state": "ready"}

    def cast(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        ballot = ballots.check_ballot(self.election, set(self.credentials), body["ballot"])
        if ballot.credential in self.trackers:
            error = {"code": "voted", "message": "This card has voted."}
            return 409, {"error": error, "receipt": self.trackers[ballot.credential]}
        self.ballots.append(body["ballot"])
        link = chain.ballot(self.last, body["ballot"])
        self.last = self._add(link)
        height = self.last.height
        signed = receipt.sign_receipt(
            receipt.Receipt(
                self.uuid,
                self.election.hash,
                ballots.tracker(body["ballot"]),
                height,
                height,
                link.digest,
                "2026-11-21T14:00+05:00",
            ),
            self.receipt_key,
        )
        self.trackers[ballot.credential] = messages.parse_json(signed.to_json())
        return ACCEPTED, {"receipt": self.trackers[ballot.credential]}

    def close(self) -> EncryptedTally:
        """Ends the voting and adds the encrypted tally."""
        self.last = self._add(chain.end_ballots(self.last))
        cast = [ballots.Ballot.parse(raw, BELENIOS_2048) for raw in self.ballots]
        self.tally, self.count = tally.tally(self.election, cast)
        self.last = self._add(chain.encrypted_tally(self.last, self.election, self.tally, self.count))
        return self.tally

    def decrypt(self, handed_in: dict[int, str]) -> messages.Result:
        """Adds each trustee's decryption (the one handed in for a place, from 1, or our own) and the result."""
        parts = []
        for place, key in enumerate(self.private_keys, 1):
            own = factors.decrypt(self.election, key, self.tally)
            told = handed_in.get(place)
            proved = factors.ProvedDecryption.parse(told, BELENIOS_2048) if told else own
            factors.check_decryption(self.election, self.keys[place - 1], self.tally, proved)
            part = proved.decryption
            self.last = self._add(chain.partial_decryption(self.last, self.election, place, part))
            parts.append(part)
        result = decryption.compute_result(self.election, self.tally, self.count, parts)
        self._add(chain.result(self.last, result))
        return result

    # what the server shows

    def page(self, *, locale: str = "en", texts: dict[str, str] | None = None, kiosk: bool = False) -> str:
        return render(
            "voting/vote.html",
            locale=locale,
            url="/vote",
            texts=texts,
            cycle=None,
            poll={"uuid": self.uuid, "base": "/poll"},
            terms=self.terms,
            election_json=self.election_json,
            kiosk=kiosk,
            kiosk_end_url="/kiosk/end",
            object_url="/object",
            lookup_url="/lookup",
            vote_year="2027",
            printed_url="/lookup",
            summaries={1: Bilingual("Мектепке баратын жолға шам орнату", "Фонари по дороге в школу")},
            photos={
                number: SimpleNamespace(
                    picture=SimpleNamespace(small=f"{number:064x}"), alt=f"Photo {number}", language="ru"
                )
                for number in self.with_photos
            },
            media_base="/media/",
            removed=[],
            paper_place="Әкімдік, 2-кабинет",
            ncalayer=None,
        )

    def serve(self, site: Site, **values: Any) -> None:
        """Puts the voting page at /vote and its endpoints under /poll."""
        site.pages["/vote"] = self.page(**values)
        site.endpoints["/poll/challenge"] = self.challenge
        site.endpoints["/poll/voter"] = lambda body: self.voter(body, site.origin)
        site.endpoints["/poll/ballots"] = self.cast
