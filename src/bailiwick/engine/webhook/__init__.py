"""Telling the outside of events, and hearing it: Standard Webhooks in both directions."""
