"""Decides which actions one contact needs and in what order; ceiling L3, proposes, never sends."""
