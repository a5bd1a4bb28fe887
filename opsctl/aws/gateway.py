"""What every gateway has: the door it belongs to."""
