"""What machines send to the hotline, and what they are answered."""
