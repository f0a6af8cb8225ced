"""自然人库: household, marriage, birth, school, employment and card registers about one person."""
