"""Drafts a follow-up to our own unanswered message; ceiling L3, proposes to send, never sends."""
