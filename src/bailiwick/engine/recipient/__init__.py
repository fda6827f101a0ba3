"""One recipient of a campaign: what ends it, how it is stopped, how each move goes on record."""
