"""The commitment ledger."""
