"""The rooms of the platform in the order of the way through them: one screen that shows what is served."""

from importlib import import_module

from flask import Flask

# Named and not imported, so that no tidying hand takes them for unused.
REGISTERING = (
    "pb.budget.documents",
    "pb.documents.service",
    "pb.gatherings.documents",
    "pb.identity.rotation",
    "pb.jobs.outbox",
    "pb.polls.documents",
    "pb.polls.jobs",
    "pb.roll.jobs",
)


def register(app: Flask) -> None:
    """Registers each room's pages."""
    load_handlers()
    import pb.gatherings.minutes_views
    import pb.gatherings.signature_views
    import pb.identity.eds_views
    import pb.identity.holding_views
    import pb.identity.staff_views
    import pb.polls.ballot_views
    import pb.polls.card_views
    import pb.polls.evidence_views
    import pb.polls.preparation_views
    import pb.polls.release_views
    import pb.polls.result_views
    import pb.polls.shuffle_views
    import pb.polls.trustee_views
    import pb.roll.correction_views
    import pb.roll.request_views  # noqa: F401 - pages that hang on the blueprint of another file
    from pb.audit import views as audit
    from pb.budget import views as budget
    from pb.cycles import views as cycles
    from pb.documents import views as documents
    from pb.gatherings import views as gatherings
    from pb.home import views as home
    from pb.identity import views as identity
    from pb.polls import views as polls
    from pb.proposals import views as proposals
    from pb.reviews import views as reviews
    from pb.roll import views as roll

    for room in (home, identity, cycles, proposals, reviews, gatherings, roll, polls, budget, documents, audit):
        app.register_blueprint(room.rooms)


def load_handlers() -> None:
    """Imports what registers jobs and documents, for workers that serve no page."""
    for name in REGISTERING:
        import_module(name)
