"""Whatever is sent to any documented operation: no server error, no answer beside its document."""
