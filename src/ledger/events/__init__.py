"""What may be said: the vocabulary, the kinds of event, and the lifecycle. Pure: pydantic and the standard library."""
