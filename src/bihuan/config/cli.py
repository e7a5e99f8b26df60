"""The ``bihuan`` command line."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bihuan.config import supervising
from bihuan.config.supervising import NOT_READY


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the command line, start Django, run the command; the exit code is the command's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    args = build_parser().parse_args(argv)
    try:
        sys.exit(_command(args.command)(args))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
    except Exception as error:
        if args.command == "serve":
            raise
        _tell(error)


def _tell(error: Exception) -> None:
    """End with a line that says what to mend; any other error goes on as it came."""
    from bihuan.config.telling import Unusable, told

    line = told(error)
    if line is None:
        raise error
    sys.stderr.write(f"{line}\n")
    sys.exit(2 if isinstance(error, Unusable | OSError) else NOT_READY)


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """Return what a command does; only ``serve``, which starts other processes, does without Django."""
    if name == "serve":
        return supervising.serve
    import django

    try:
        django.setup()
    except Exception as error:
        _not_set_up(error)
    from bihuan.config import commands

    run: Callable[[argparse.Namespace], int] = getattr(commands, name)
    return run


def _not_set_up(error: Exception) -> None:
    """Settings that cannot be used are told in a line; an import that fails is a fault of the program."""
    from bihuan.config.telling import setup_problem

    if isinstance(error, ImportError):
        raise error
    sys.stderr.write(f"{setup_problem(error)}\n")
    sys.exit(NOT_READY)


def build_parser() -> argparse.ArgumentParser:
    """Describe every command."""
    parser = argparse.ArgumentParser(prog="bihuan", description="After-sales service and product quality in one loop.")
    sub = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = _add(sub, "serve", "run the web server with worker and scheduler inside")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8000)
    serve.add_argument("--workers", type=_several, default=1, help="web processes")
    serve.add_argument("--threads", type=_several, default=8, help="threads of each web process")
    serve.add_argument("--no-worker", action="store_true", help="web only; a worker runs elsewhere")

    worker = _add(sub, "worker", "run due jobs and schedules (or hand them to the broker)")
    worker.add_argument("--once", action="store_true", help="run what is due and end")

    intake = _add(sub, "intake", "take in mails from files")
    intake.add_argument("files", nargs="+", type=Path, metavar="FILE.eml")
    intake.add_argument("--mailbox", type=_name, default="file", help="name under which a Message-ID counts once")

    table = _add(sub, "import", "take in a table of customers, models, units, shipments or others", dest="import_table")
    table.add_argument("kind", metavar="KIND", help="customers, for instance; a word that is no kind lists them all")
    table.add_argument("file", type=Path, metavar="FILE.xlsx")
    table.add_argument("--dry-run", action="store_true", help="look at every row and change nothing")
    table.add_argument("--user", default="", help="login name under which the journal names the import")

    profile = _add(sub, "profile", "load a profile as the policy in force")
    profile.add_argument("action", choices=["load", "list"])
    profile.add_argument("name", nargs="?", default="")
    profile.add_argument("--default", action="store_true", help="make it the default profile")

    user = _add(sub, "user", "make a user, such as the first administrator; asks for the password")
    user.add_argument("username", metavar="LOGIN")
    user.add_argument("--name", default="", help="the person's name")
    user.add_argument("--role", action="append", default=[], help="code of a role; may be given several times")

    for name, text in (
        ("backup", "write database and files into one archive"),
        ("restore", "restore an archive"),
    ):
        command = _add(sub, name, text)
        command.add_argument("archive", type=Path)
        command.add_argument("--yes", action="store_true", help="do not ask")

    check = _add(sub, "check", "say what is wrong with this installation")
    check.add_argument("--activity", action="store_true", help="verify the hash chain of the whole journal")
    check.add_argument("--documents", action="store_true", help="verify every issued document")

    check.add_argument("--costs", action="store_true", help="compare the ledger of quality costs with every paper")
    check.add_argument("--rates", action="store_true", help="count failures and shipments anew and compare")
    check.add_argument("--repair", action="store_true", help="with --rates: also put right what differs")

    _add(sub, "migrate", "bring the database and the static files up to date")
    demo = _add(sub, "demo", "make the demo company (never in production)")
    demo.add_argument("--quiet", action="store_true")
    return parser


def _several(text: str) -> int:
    """A count of at least one."""
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("a number from 1 to 1000 is wanted")
    return int(text)


def _name(text: str) -> str:
    """A name as the database keeps it."""
    if not 1 <= len(text) <= 100:
        raise argparse.ArgumentTypeError("1 to 100 characters are wanted")
    return text


def _port(text: str) -> int:
    """A port of TCP."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a number from 1 to 65535 is wanted")
    return int(text)


def _add(
    sub: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, dest: str = ""
) -> argparse.ArgumentParser:
    parser = sub.add_parser(name, help=text, description=text)
    parser.set_defaults(command=dest or name)
    return parser
