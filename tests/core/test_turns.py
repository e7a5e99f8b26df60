"""The queue of SQLite's writers: one at a time, nobody waits for ever, the dead hold nothing."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bihuan.core.sqlite.turns import TooLong, Turns

HOLDER = """
import sys, time
from bihuan.core.sqlite.turns import Turns
turns = Turns(sys.argv[1], 5.0)
turns.take()
sys.stdout.write("mine\\n")
sys.stdout.flush()
time.sleep(60)
"""


def test_one_has_the_turn_at_a_time_and_everybody_gets_his(tmp_path: Path) -> None:
    path, inside, most = str(tmp_path / "db"), [0], [0]
    given: dict[int, int] = {}

    def work(thread: int) -> None:
        turns = Turns(path, 30.0)
        for _turn in range(25):
            turns.take()
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            given[thread] = given.get(thread, 0) + 1
            inside[0] -= 1
            turns.give_back()
        turns.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (most[0], given) == (1, dict.fromkeys(range(6), 25))


def test_who_waits_too_long_is_told_and_leaves_the_gate_open(tmp_path: Path) -> None:
    first, second, third = (Turns(str(tmp_path / "db"), patience) for patience in (5.0, 0.05, 5.0))
    first.take()
    with pytest.raises(TooLong):
        second.take()
    assert (second.held, first.held) == (False, True)
    first.give_back()
    third.take()
    assert third.held


def test_a_killed_writer_gives_its_turn_back(tmp_path: Path) -> None:
    path = str(tmp_path / "db")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, path], env=env, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"mine\n"
    impatient, patient = Turns(path, 0.05), Turns(path, 10.0)
    with pytest.raises(TooLong):
        impatient.take()
    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    patient.take()
    assert patient.held
    holder.stdout.close()
