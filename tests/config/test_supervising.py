"""The keeper of web server and worker: small, and it takes both down with itself."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.config import supervising
from bihuan.config.cli import build_parser
from bihuan.config.supervising import NOT_READY

KEEPER = """
import sys
from bihuan.config.supervising import Supervisor
keeper = Supervisor({"web": [sys.executable, "-c", "import time; time.sleep(60)"],
                     "worker": [sys.executable, "-c", "raise SystemExit(3)"]})
status = keeper.run()
sys.stdout.write(f"{status} {[child.poll() is not None for child in keeper.children.values()]}")
"""
LOADED = (
    "import sys; from bihuan.config import cli; cli._command('serve'); sys.stdout.write(str('django' in sys.modules))"
)


def test_the_keeper_starts_without_django() -> None:
    answer = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert answer.stdout == "False"


def test_a_part_that_cannot_start_ends_everything() -> None:
    answer = subprocess.run([sys.executable, "-c", KEEPER], capture_output=True, text=True, check=True)
    assert answer.stdout == "3 [True, True]"


def test_a_part_that_is_not_ready_is_not_started_again_however_long_it_took() -> None:
    keeper = supervising.Supervisor({"web": [sys.executable, "-c", f"raise SystemExit({NOT_READY})"]})
    child = subprocess.Popen(keeper.commands["web"])
    child.wait()
    keeper.started["web"] = -1000.0
    assert not keeper._revive("web", child)
    assert keeper.children == {}


def test_a_port_that_is_taken_is_told_before_anything_starts(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert supervising.serve(build_parser().parse_args(["serve", "--port", port])) == NOT_READY
    said = capfd.readouterr()
    assert f"127.0.0.1:{port}: Address already in use" in said.err
    assert said.out == ""


def test_the_web_server_leaves_nothing_in_the_home_of_its_user(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = supervising._web_command(build_parser().parse_args(["serve", "--port", str(port)]))
    command[command.index("bihuan.config.wsgi:application")] = "wsgiref.simple_server:demo_app"
    env = {**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": ""}
    web = subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        assert web.stderr is not None
        assert any("Booting worker" in line for line in web.stderr)
    finally:
        web.send_signal(signal.SIGTERM)
        web.communicate()
    assert list(tmp_path.iterdir()) == []
