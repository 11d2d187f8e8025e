"""Trust: the tree, checkpoints, proofs, the audit of a tampered record, export and restore; and the recipes by
which anyone checks them without this program.
"""
