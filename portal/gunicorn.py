"""How gunicorn serves the portal: ``gunicorn --config portal/gunicorn.py``.

HOST and PORT say where it listens, WORKERS and THREADS how much it does at once.
"""

import os

wsgi_app = "portal.wsgi:application"
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
worker_class = "gthread"
workers = int(os.environ.get("WORKERS") or 2)
threads = int(os.environ.get("THREADS") or 4)
# The proxy in front keeps the log of requests.
accesslog = None
# A worker that answers nothing for so many seconds is replaced; one that is told to stop may finish its pages.
timeout = 60
graceful_timeout = 30
keepalive = 5
# Workers show that they live by touching a file: in memory, for a slow disk would make them look dead.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 -- private files of the server
# It would lie in the home folder of whoever runs the server, which need not be writable.
control_socket_disable = True
