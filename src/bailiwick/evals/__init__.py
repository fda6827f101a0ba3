"""Runs and scores capabilities against data sets."""
