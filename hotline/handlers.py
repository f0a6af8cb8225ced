"""What the hotline does when something has happened."""
