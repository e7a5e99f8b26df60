"""A real mail server pair on loopback: what is sent to the SMTP side appears in the IMAP side's inbox."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

CONFIG = """
base_dir = {base}/run
state_dir = {base}/run
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{base}/Maildir
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {base}/users
}}
userdb {{
  driver = passwd-file
  args = {base}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sink:
    """An SMTP server that keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(bytes(envelope.content))
        return "250 OK"

    def __enter__(self) -> "Sink":
        self.controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.controller.stop()


class MailPair:
    """Dovecot over a Maildir that an SMTP server fills."""

    def __init__(self, base: Path) -> None:
        self.base, self.smtp, self.imap = base, free_port(), free_port()
        self.owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())

    def __enter__(self) -> "MailPair":
        shutil.rmtree(self.base, ignore_errors=True)
        (self.base / "run").mkdir(parents=True)
        owner = self.owner
        line = f"service:{{PLAIN}}secret:{owner.pw_uid}:{owner.pw_gid}::{self.base}::\n"
        (self.base / "users").write_text(line)
        group = grp.getgrgid(owner.pw_gid).gr_name
        config = self.base / "dovecot.conf"
        config.write_text(CONFIG.format(base=self.base, user=owner.pw_name, group=group, port=self.imap))
        self.controller = Controller(Mailbox(str(self.base / "Maildir")), hostname="127.0.0.1", port=self.smtp)
        self.controller.start()
        self.settle()
        self.process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
        self._wait()
        return self

    def settle(self) -> None:
        """Mails that a test of root delivered must be readable by the mail user."""
        for folder in self.base.parents:
            if os.getuid() == 0 and str(folder).startswith("/tmp/"):  # noqa: S108 - pytest's own folders
                folder.chmod(folder.stat().st_mode | 0o011)
        if os.getuid() == 0:
            for path in [self.base, *self.base.rglob("*")]:
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _wait(self) -> None:
        for _try in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.imap), 0.2).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.base / "dovecot.log").read_text())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.controller.stop()
        self.process.terminate()
        self.process.wait(10)
