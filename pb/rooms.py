"""The rooms of the platform in the order of the way through them: one screen that shows what is served."""

from flask import Flask


def register(app: Flask) -> None:
    """Registers each room's pages."""
    load_handlers()
    from pb.audit import views as audit
    from pb.budget import views as budget
    from pb.cycles import views as cycles
    from pb.documents import views as documents
    from pb.gatherings import minutes_views, views as gatherings
    from pb.home import views as home
    from pb.identity import views as identity
    from pb.polls import ballot_views, preparation_views
    from pb.polls import views as polls
    from pb.proposals import views as proposals
    from pb.reviews import views as reviews
    from pb.roll import views as roll

    # Some rooms spread their pages over several files that hang on one blueprint.
    if not (minutes_views.rooms is gatherings.rooms and ballot_views.rooms is preparation_views.rooms is polls.rooms):
        raise RuntimeError("a file of views hangs on a blueprint of its own")
    for room in (home, identity, cycles, proposals, reviews, gatherings, roll, polls, budget, documents, audit):
        app.register_blueprint(room.rooms)


def load_handlers() -> None:
    """Imports what registers jobs and documents, for workers that serve no page."""
    import pb.budget.documents
    import pb.documents.service
    import pb.gatherings.documents
    import pb.jobs.outbox
    import pb.polls.jobs
    import pb.polls.documents  # noqa: F401 - registering is the point
