"""How answers are shown: one renderer per format, rows in, text out. Nothing here asks or prints."""
