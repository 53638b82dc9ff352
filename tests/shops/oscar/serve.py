"""Serves the test shop on 127.0.0.1, prints the port once it listens, and ends when its parent has gone."""

import os
import socketserver
import sys
import threading
import time
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.core.handlers.wsgi import WSGIHandler


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def end_with(parent):
    """Leaves when the process that started this one is no longer the parent."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


if __name__ == "__main__":
    parent = os.getppid()
    django.setup()
    server = make_server("127.0.0.1", int(sys.argv[1]), WSGIHandler(), server_class=Server, handler_class=Quiet)
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()
