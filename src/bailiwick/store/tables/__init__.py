"""Table definitions, one file per aggregate."""
