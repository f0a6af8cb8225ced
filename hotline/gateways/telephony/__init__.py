"""The telephone switch: three-party calls to the emergency lines."""
