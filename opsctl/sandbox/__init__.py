"""A small AWS on this machine: moto, its missing parts, and tasks that are real processes."""
