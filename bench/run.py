"""Run the measurements and keep a table. usage: python -m bench.run small|full"""

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
os.environ.setdefault("BIHUAN_LOG_LEVEL", "CRITICAL")

import django
from django.core.management import call_command

SIZES = {"small": (100_000, 200, 100_000), "full": (1_000_000, 500, 1_000_000)}


def main() -> None:
    """Measure on the database of BIHUAN_DATABASE_URL."""
    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS.append("testserver")
    settings.PASSWORD_HASHERS[:] = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    from bench import growth, intake, sweep
    from bihuan.config.demo import build

    size = sys.argv[1] if len(sys.argv) > 1 else "small"
    cases, rounds, deadlines = SIZES[size]
    call_command("migrate", interactive=False, verbosity=0)
    build(quiet=True)
    lines = [f"# {connection.vendor}, {size}", ""]
    lines += table("Intake through the API", intake.measure(rounds))
    growth.fill(1000)
    few = growth.measure()
    growth.fill(cases)
    many = growth.measure()
    ratios = {f"{name}: {few[name]:.1f} ms -> {many[name]:.1f} ms, times": many[name] / few[name] for name in few}
    lines += table(f"{cases} cases against 1000", ratios)
    lines += table("Deadline sweep", sweep.measure(deadlines))
    text = "\n".join(lines)
    print(text)
    (Path(__file__).parent / "results" / f"{connection.vendor}-{size}.md").write_text(text + "\n", encoding="utf-8")


def table(title: str, values: dict[str, float]) -> list[str]:
    """Return a Markdown table."""
    rows = [f"| {name} | {value:.2f} |" for name, value in values.items()]
    return [f"## {title}", "", "| what | value |", "| --- | --- |", *rows, ""]


if __name__ == "__main__":
    main()
