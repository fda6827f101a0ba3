"""What each system calls its columns, one file per system; header text is compared folded."""
