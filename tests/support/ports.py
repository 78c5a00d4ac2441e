"""Ports of this machine that a test may give to its servers, and that stay theirs."""

import random
import socket

# Below those that the system gives to connections: else one of these takes the port of a server
# while that is down, and its clients talk to another test's.
FIRST, LAST = 12_000, 31_999
reserved = []  # until this process ends; bound at another address of the machine


def free_ports(count):
    return [free_port() for _ in range(count)]


def free_port():
    while True:
        port = random.randint(FIRST, LAST)
        mark, trial = socket.socket(), socket.socket()
        try:
            mark.bind(("127.0.0.2", port))  # other tests do the same
            trial.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
            continue
        finally:
            trial.close()
        reserved.append(mark)
        return port
