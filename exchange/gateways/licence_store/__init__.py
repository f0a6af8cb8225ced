"""省级电子证照库: licences that others issued."""
