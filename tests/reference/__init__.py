"""An independent implementation of placement-core, kept frozen, that shares no code with the engine."""
