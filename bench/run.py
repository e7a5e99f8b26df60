"""Run the measurements and keep tables. usage: python -m bench.run small|full [statistics|cases|reliability ...]"""

import os
import sys
from importlib import import_module
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
os.environ.setdefault("BIHUAN_LOG_LEVEL", "CRITICAL")

import django
from django.core.management import call_command

RESULTS = Path(__file__).parent / "results"
STATISTICS = ("charts", "capability", "sampling", "gauges", "life", "rates", "demand", "text")
SIZES = {"small": (50_000, 200, 100_000), "full": (1_000_000, 500, 1_000_000)}
TABLES = {"small": 10_000, "full": 100_000}
CASES_A_LINE = 30
# Seconds of writing, mails, kills, reviews that come by the services one by one.
RELIABLE = {"small": (10, 300, 6, 100), "full": (60, 2000, 20, 5000)}


def prepare() -> str:
    """Make a small demo company on the database of BIHUAN_DATABASE_URL; return the database's name."""
    django.setup()
    from django.conf import settings
    from django.db import connection

    from bihuan.config.demo import Demo
    from bihuan.service.desk.models import Case

    settings.ALLOWED_HOSTS.append("testserver")
    settings.API_PER_MINUTE = 10**9
    settings.PASSWORD_HASHERS[:] = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", interactive=False, verbosity=0)
    if not Case.objects.exists():
        Demo(quiet=True, cases_a_line=CASES_A_LINE).company()
    return connection.vendor


def cases() -> None:
    """Intake, lists, sweep and imports with many rows."""
    report = Report("cases")
    from bench import growth, intake, quality, sweep, tables

    count, rounds, deadlines = SIZES[asked_size()]
    growth.fill(1000)
    few = growth.measure()
    report.table("Intake through the API", intake.measure(rounds))
    growth.fill(count)
    many = growth.measure()
    report.table(f"{count} cases against 1000", growth.against(few, many))
    report.table("Page of a quality issue", quality.measure())
    report.table("Deadline sweep", sweep.measure(deadlines))
    report.table("Import of tables", tables.measure(TABLES[asked_size()]))


def reliability() -> None:
    """Many writers, killed workers, and a load of real words."""
    report = Report("reliability")
    from bench import killing, reviews, writers

    seconds, mails, kills, texts = RELIABLE[asked_size()]
    report.table("Writers at the same time", writers.measure(seconds))
    forget_work()
    report.table("Workers killed at work", killing.measure(mails, kills))
    forget_work()
    report.table("Reviews as customers' words", reviews.measure(texts))


def forget_work() -> None:
    """Drop the jobs that another measurement left waiting."""
    from bihuan.core.jobs.models import Job, JobState

    Job.objects.filter(state=JobState.WAITING).delete()


def statistics() -> None:
    """Measure bihuan.stats against bare numpy and scipy on the same data; it needs no database."""
    size = asked_size()
    lines = [f"# statistics, {size}", ""]
    for name in STATISTICS:
        rows = import_module(f"bench.stats.{name}").measure(size == "full")
        lines += [f"## {name}", "", "| what | measured | wanted |", "| --- | --- | --- |"]
        lines += [f"| {what} | {value:.2f} | {wanted} |" for what, value, wanted in rows]
        lines.append("")
    keep(lines, f"statistics-{size}")


def asked_size() -> str:
    """Small unless told."""
    return sys.argv[1] if len(sys.argv) > 1 else "small"


def keep(lines: list[str], name: str) -> None:
    """Print a table and write it to bench/results."""
    text = "\n".join(lines)
    print(text)
    (RESULTS / f"{name}.md").write_text(text.rstrip() + "\n", encoding="utf-8")


class Report:
    """A Markdown file that is kept after each part, so that a long run that is stopped loses little."""

    def __init__(self, name: str) -> None:
        title = f"{prepare()}, {asked_size()}, {name}"
        self.path, self.lines = RESULTS / f"{title.replace(', ', '-')}.md", list[str]()
        self.say(f"# {title}", "")

    def say(self, *lines: str) -> None:
        """Print the lines and keep them."""
        print("\n".join(lines), flush=True)
        self.lines += lines
        self.path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")

    def table(self, title: str, values: dict[str, float]) -> None:
        """Add a table."""
        rows = [f"| {name} | {value:.2f} |" for name, value in values.items()]
        self.say(f"## {title}", "", "| what | value |", "| --- | --- |", *rows, "")


if __name__ == "__main__":
    for part in sys.argv[2:] or ("cases", "reliability"):
        {"statistics": statistics, "cases": cases, "reliability": reliability}[part]()
