"""The only door to the operator: what is asked, shown, and answered as JSON."""
