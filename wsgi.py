"""What a WSGI server loads, `wsgi:app`: the application, and the thread of this process that does its jobs."""

import atexit

from config import from_environment
from pb.app import create_app
from pb.voting.jobs import tick
from pb.worker import Background

settings = from_environment()
app = create_app(settings)
background = Background(app, tick)
background.start()
atexit.register(background.stop)
