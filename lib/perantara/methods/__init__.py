"""Pure functions on frames and arrays, one topic a module: no reading, no showing."""
