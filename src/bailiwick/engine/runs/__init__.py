"""Runs that a caller asks for: taken in, carried out, waited for."""
