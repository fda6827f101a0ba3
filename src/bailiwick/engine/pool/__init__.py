"""What one worker pool does: leases, carries out, reports, and is watched."""
