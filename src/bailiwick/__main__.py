"""Run the command line with `python -m bailiwick`."""

from bailiwick.cli.main import run

run()
