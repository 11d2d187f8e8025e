"""From a statement's text to proposed events: the program proposes, a person decides. Nothing here records."""
