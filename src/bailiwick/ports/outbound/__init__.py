"""Writers: every method that changes the outside world takes a permit."""
