"""Asks a person for a secret: unseen on a terminal, one line from a pipe."""

import getpass
import sys

from bailiwick.domain.fault import InputFault


class UnableToReadSecret(InputFault):
    """Nothing was typed, or the two did not agree."""


def secret(prompt: str) -> str:
    """Return what is typed, twice the same; or the first line of standard input.

    Raises UnableToReadSecret.
    """
    if sys.stdin.isatty():
        found = getpass.getpass(prompt)
        if found != getpass.getpass("Once more: "):
            message = "the two were not the same; nothing was changed"
            raise UnableToReadSecret(message)
    else:
        found = sys.stdin.readline().rstrip("\r\n")
    if not found:
        message = "no password was given; type one, or pipe one line into the command"
        raise UnableToReadSecret(message)
    return found
