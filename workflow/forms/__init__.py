"""What people typed into pages, read back as data."""
