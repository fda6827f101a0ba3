"""The saver of paused graphs: sealed, strict, versioned and pruned."""
