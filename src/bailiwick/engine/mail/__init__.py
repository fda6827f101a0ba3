"""Mail that comes in: kept, read, and heard when it asks to stop."""
