"""Reads the CSV exports that people have, from HubSpot to a plain spreadsheet."""
