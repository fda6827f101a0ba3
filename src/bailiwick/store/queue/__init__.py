"""The queue: what a unit enqueues, and the two adapters that give it to workers."""
