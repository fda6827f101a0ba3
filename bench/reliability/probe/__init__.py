"""A capability of a third party: one node that works for as long as it is told."""
