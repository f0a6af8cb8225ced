"""The systems orders come from: 110, petitions, media, leaders' mail; they are told how it ended."""
