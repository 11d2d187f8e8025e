"""The parts of the report page that the explorer shares: its style, and a statement with its pledges marked."""
