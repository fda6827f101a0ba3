"""Asks the DNS."""
