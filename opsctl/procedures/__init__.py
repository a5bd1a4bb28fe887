"""What the runbook says, one procedure per section."""
