"""The keeper of web server and worker: small, and it takes both down with itself."""

import subprocess
import sys

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
