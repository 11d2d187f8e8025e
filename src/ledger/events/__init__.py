"""What may be said: the vocabulary, the kinds of event, the lifecycle. Pure: pydantic and stdlib."""
