"""The caption service: the web service that opsctl looks after. It imports nothing of opsctl."""
