"""``python -m bihuan.config`` is the same as ``bihuan``."""

from bihuan.config.cli import main

main()
