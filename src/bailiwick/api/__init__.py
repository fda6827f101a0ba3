"""The HTTP surface: authenticates, asks the law, translates, and decides nothing."""
