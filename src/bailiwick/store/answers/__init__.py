"""Answers to questions in words: private copies of rows, and what was asked."""
