"""Where versions may go, in order, and what would stand there."""
