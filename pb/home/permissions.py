"""Who can do what, read off the decisions that the routes carry, in words."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask
from flask_babel import LazyString, gettext, lazy_gettext

from pb.identity.roles import LABELS, Role
from pb.web.access import Access, decision

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

# What each changing route is called. A test refuses a route that has no words here.
DEEDS: dict[str, LazyString] = {
    "identity.check_password": lazy_gettext("sign in"),
    "identity.ask_to_sign_in": lazy_gettext("ask for a text to sign in with"),
    "identity.sign_in_by_eds": lazy_gettext("sign in with an electronic signature"),
    "identity.prove_by_eds": lazy_gettext("show again by an electronic signature that it is you"),
    "identity.sign_out": lazy_gettext("sign out"),
    "identity.demo_sign_in": lazy_gettext("sign in with one click, in a demonstration only"),
    "identity.redeem_code": lazy_gettext("activate an account with a paper code"),
    "identity.redeem_invitation": lazy_gettext("accept an invitation"),
    "identity.check_second_factor": lazy_gettext("sign in: the code of the authenticator app"),
    "identity.check_proof": lazy_gettext("show again who one is, before what cannot be undone"),
    "identity.make_code": lazy_gettext("register a resident"),
    "identity.appoint": lazy_gettext("give somebody a role"),
    "identity.end_role": lazy_gettext("end somebody's role"),
    "home.record_setting": lazy_gettext("record a setting of the okrug"),
    "cycles.create": lazy_gettext("open a cycle"),
    "cycles.advance": lazy_gettext("move the cycle to its next phase"),
    "proposals.create": lazy_gettext("propose a project"),
    "proposals.update": lazy_gettext("change one's own proposal"),
    "reviews.record": lazy_gettext("review a proposal"),
    "gatherings.add_member": lazy_gettext("record a member of the assembly"),
    "gatherings.end_term": lazy_gettext("end a member's term"),
    "gatherings.convene": lazy_gettext("convene a meeting of the assembly"),
    "gatherings.reconvene": lazy_gettext("convene a meeting again"),
    "gatherings.mark_present": lazy_gettext("mark who is present"),
    "gatherings.record_votes": lazy_gettext("record the assembly's votes"),
    "gatherings.draw_up": lazy_gettext("draw up the minutes"),
    "gatherings.confirm": lazy_gettext("confirm the minutes"),
    "gatherings.answer": lazy_gettext("answer the minutes"),
    "gatherings.take_signature": lazy_gettext("take the file of a signature: the auditor and the signer"),
    "gatherings.sign_minutes": lazy_gettext("sign minutes, or the answer to them, with EDS"),
    "roll.read": lazy_gettext("bring in the roll"),
    "roll.confirm_import": lazy_gettext("confirm what was read into the roll"),
    "roll.confirm": lazy_gettext("confirm the roll as the second person"),
    "roll.find_entry": lazy_gettext("find an entry of the roll by the IIN"),
    "roll.show_iin": lazy_gettext("look at the IIN of an entry, which is logged"),
    "roll.add_entry": lazy_gettext("add somebody to the roll"),
    "roll.correct_entry": lazy_gettext("correct an entry of the roll"),
    "roll.date_entry": lazy_gettext("date somebody who left the roll, or take somebody back"),
    "roll.decide": lazy_gettext("decide on a correction of the confirmed roll as the second person"),
    "roll.submit": lazy_gettext("ask to be put on the roll or to have an entry put right"),
    "roll.show_answer": lazy_gettext("read the answer to one's request about the roll"),
    "roll.answer": lazy_gettext("answer a resident's request about the roll"),
    "polls.take_cards": lazy_gettext("hand in the public keys of the cards"),
    "polls.upload_keys": lazy_gettext("hand in the cards' public keys from a file"),
    "polls.withdraw_card": lazy_gettext("withdraw a lost card"),
    "polls.propose_reissue": lazy_gettext("propose to replace a lost card while voting is open"),
    "polls.approve_reissue": lazy_gettext("approve replacing a lost card, as the second person"),
    "polls.decline_reissue": lazy_gettext("take back a proposal to replace a lost card"),
    "polls.hand_over": lazy_gettext("mark a card as handed over"),
    "polls.take_key": lazy_gettext("hand in a trustee's public key"),
    "polls.take_certificate": lazy_gettext("hand in a trustee's certificate, the first step of a key made together"),
    "polls.take_dealing": lazy_gettext("deal shares of a key, the second step"),
    "polls.take_share": lazy_gettext("take the share of a key, the third step"),
    "polls.take_complaint": lazy_gettext("say that the share from a trustee does not fit"),
    "polls.take_shuffle": lazy_gettext("hand in a shuffle of the ballots as a trustee"),
    "polls.make_shuffle_code": lazy_gettext("ask for a code with which the offline program hands a shuffle in"),
    "polls.take_shuffle_by_code": lazy_gettext("hand in a shuffle with a one-time code"),
    "polls.take_confirmation": lazy_gettext("confirm a trustee's key"),
    "polls.take_decryption": lazy_gettext("decrypt as a trustee: the sum, or the shuffled ballots"),
    "polls.replace_trustee": lazy_gettext("replace a trustee before all keys are made"),
    "polls.record_ceremony": lazy_gettext("record the seed that was drawn in public"),
    "polls.confirm_ceremony": lazy_gettext("confirm the minutes of the drawing"),
    "polls.open_poll": lazy_gettext("open the vote"),
    "polls.annul": lazy_gettext("annul a poll, two persons together"),
    "polls.repeat": lazy_gettext("repeat a poll"),
    "polls.challenge": lazy_gettext("begin to vote"),
    "polls.admit": lazy_gettext("vote: show the card"),
    "polls.release_code": lazy_gettext("vote: sign in with a digital signature"),
    "polls.cast": lazy_gettext("vote: cast the ballot"),
    "polls.object_to": lazy_gettext("object to something about the vote"),
    "polls.evidence_of_one": lazy_gettext("take the signature of one ballot"),
    "polls.evidence_of_all": lazy_gettext("take the signatures of all ballots"),
    "polls.answer_objection": lazy_gettext("answer an objection"),
    "budget.make_lines": lazy_gettext("make budget lines of the winners"),
    "budget.record_decision": lazy_gettext("record the decision of the maslikhat"),
    "documents.ask": lazy_gettext("have a document made for printing"),
}


class Right(NamedTuple):
    """One route: its endpoint, the address's pattern, whether it changes anything, and who may."""

    endpoint: str
    address: str
    changing: bool
    roles: frozenset[Role] | None
    by_code: bool = False

    @property
    def call(self) -> str:
        return ("POST " if self.changing else "GET ") + self.address

    @property
    def deed(self) -> str:
        return str(DEEDS.get(self.endpoint, self.address))


def every(app: Flask) -> Iterator[Right]:
    """Every decided route by address; those that only read come before those that change."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        access = decision(app, rule.endpoint)
        if isinstance(access, Access):
            changing = bool(CHANGING & (rule.methods or set()))
            yield Right(rule.endpoint, rule.rule, changing, access.roles, access.by_code)


def told(right: Right) -> str:
    """A decision in words."""
    if right.by_code:
        return str(gettext("a trustee's program, with a one-time code"))
    if right.roles is None:
        return str(gettext("everybody"))
    named = ", ".join(str(LABELS[role]) for role in Role if role in right.roles)
    return named or str(gettext("everybody who signed in"))


def by_role(app: Flask) -> dict[Role, list[str]]:
    """What each role may do besides what everybody may."""
    return {
        role: [right.deed for right in every(app) if right.changing and right.roles is not None and role in right.roles]
        for role in Role
    }


def public(app: Flask) -> list[str]:
    """What needs no account."""
    return [right.deed for right in every(app) if right.changing and right.roles is None and not right.by_code]
