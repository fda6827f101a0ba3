"""Calendars that people keep elsewhere."""
