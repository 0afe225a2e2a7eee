"""Pure decisions of destinations: signatures, waits, addresses, bodies."""
