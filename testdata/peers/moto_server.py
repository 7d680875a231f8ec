# Starts moto_server; prints "listening PORT"; ends with its standard input.

import os
import sys

from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("listening", server.get_host_and_port()[1], flush=True)
sys.stdin.read()
os._exit(0)  # threads of unfinished answers would keep it
