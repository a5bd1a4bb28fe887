"""The command line: words into requests, and the wiring of everything else."""
