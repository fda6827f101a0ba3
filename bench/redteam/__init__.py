"""The obedient-planner harness: hostile input through the real channels, judged by oracles."""
