"""
Hot spots and early warning (hotline.md section 17): pure algorithms, numbers and texts in, findings out.

Nothing here reads the database or a clock, and nothing is drawn by lot: the same input gives the same findings.
"""
