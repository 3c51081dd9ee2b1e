"""Templates: one module a kind of question; the folder is scanned."""
