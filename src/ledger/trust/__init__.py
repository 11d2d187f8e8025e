"""How anyone can check the record: the Merkle tree over its lines, checkpoints, proofs. Pure but for key files."""
