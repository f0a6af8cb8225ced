"""What may stand in the catalogue, and how everyday words are compared with it."""
