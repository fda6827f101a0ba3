"""The bounds within which one message is parsed; beyond them it is quarantined with its raw bytes.

Security, T10 asks for limits on time, memory, depth, count and codecs; the numbers are ours.
"""

from typing import Final

DEPTH_MAX: Final = 20  # ours: mail seen in practice nests five or six levels
PARTS_COUNT_MAX: Final = 1_000  # ours
HEADER_BYTES_MAX: Final = 256 * 1024  # ours: the header block of the whole message
HEADERS_COUNT_MAX: Final = 2_000  # ours: long relay chains hold two hundred
PART_HEADER_BYTES_MAX: Final = 64 * 1024  # ours
TEXT_CHARS_MAX: Final = 200_000  # ours: what is kept of the visible text
HTML_CHARS_MAX: Final = 2_000_000  # ours: what is converted of an HTML part
HEADER_CHARS_MAX: Final = 1_000  # ours: what is kept of one header value
NAME_CHARS_MAX: Final = 200  # ours: of a display or file name
MESSAGE_ID_CHARS_MAX: Final = 998  # RFC 5322, 2.1.1
REFERENCES_COUNT_MAX: Final = 100  # ours
ATTACHMENTS_COUNT_MAX: Final = 200  # ours: listed; the rest stays in the raw message
DEFECTS_COUNT_MAX: Final = 32  # ours: each kind of defect is named once, there are fewer kinds

CPU_SECONDS_MAX: Final = 5  # ours: one message; measured < 0.5 s for the largest hostile one
WALL_SECONDS_MAX: Final = 20.0  # ours: four times the processor time, for a loaded machine
MEMORY_BYTES_MAX: Final = 512 * 1024 * 1024  # ours: address space; 25 MB of mail in five copies
"""A child that crosses one of these three dies; its message is quarantined."""
