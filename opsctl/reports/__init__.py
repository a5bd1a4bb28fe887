"""Questions: each reads and answers, and changes nothing."""
