"""Drafts the answer to one message of one contact; ceiling L3, proposes to send, never sends."""
