"""The trustees' long work: checking shuffles and decryptions, combining them."""

from pb.jobs import service as jobs
from pb.polls.service import state
from pb.trustees.models import PollDecryption, PollShuffle
from pb.trustees.service import decrypting


@jobs.handles("poll.shuffle", jobs.Priority.COUNTING)
def check_shuffle(work: jobs.Work) -> str:
    """Checks a trustee's shuffle in a reading transaction, appends it or names the trustee in another."""
    with work.database.work(writing=False) as session:
        row = session.get_one(PollShuffle, work.subject_id)
        if row.verdict is not None:
            return "done"
        holds = decrypting.shuffle_holds(session, row)
    work.progress(90)
    with work.database.work() as session:
        row = session.get_one(PollShuffle, work.subject_id)
        act, cycle, poll = state.of_platform(session, row.poll_id)
        decrypting.judge_shuffle(act, cycle, poll, row, holds=holds)
    return "ok" if holds else "failed"


@jobs.handles("poll.decryption", jobs.Priority.COUNTING)
def check_decryption(work: jobs.Work) -> str:
    """Checks a trustee's decryption in a reading transaction, keeps it or asks the trustee again in another."""
    with work.database.work(writing=False) as session:
        row = session.get(PollDecryption, work.subject_id)
        if row is None:
            return "done"
        holds = decrypting.decryption_holds(session, row)
    work.progress(90)
    with work.database.work() as session:
        row = session.get(PollDecryption, work.subject_id)
        if row is not None:
            act, cycle, poll = state.of_platform(session, row.poll_id)
            decrypting.judge_decryption(act, cycle, poll, row, holds=holds)
    return "ok" if holds else "failed"


@jobs.handles("poll.result", jobs.Priority.COUNTING)
def decrypt_result(work: jobs.Work) -> str:
    """Combines the decryptions in a reading transaction, publishes the result in another."""
    with work.database.work(writing=False) as session:
        act, _cycle, poll = state.of_platform(session, work.subject_id)
        decrypted = decrypting.decrypted(act, poll)
    if decrypted is None:
        return "waits"
    work.progress(90)
    with work.database.work() as session:
        act, cycle, poll = state.of_platform(session, work.subject_id)
        decrypting.publish(act, cycle, poll, decrypted)
    return "ok"
