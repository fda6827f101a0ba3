"""Drafts the first message to one contact; ceiling L3, proposes to send, never sends."""
