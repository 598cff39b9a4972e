"""What the WSGI server loads: the application, and the thread that does its jobs."""

import atexit

from pb.config import from_environment
from pb.jobs.worker import Background
from pb.polls.jobs import close_due
from pb.web.app import create_app

settings = from_environment()
app = create_app(settings)
background = Background(app.extensions["database"], settings, close_due)
background.start()
atexit.register(background.stop)
