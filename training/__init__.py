"""How the data files of the package were made: outside the package, never imported by it."""
