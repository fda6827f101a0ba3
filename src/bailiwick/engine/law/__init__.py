"""Asks the law: reads the standing of a step and has it judged."""
