"""Pure decisions: who takes part, how a campaign moves, what its numbers say."""
