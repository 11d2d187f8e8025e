"""What the record amounts to: standings, spells, changes. Pure folds over events."""
