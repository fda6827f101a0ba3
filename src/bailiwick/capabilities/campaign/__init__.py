"""Drafts one touch of a campaign by its place; ceiling L3, proposes to send, never sends."""
