"""Run the command line with python -m bailiwick."""
