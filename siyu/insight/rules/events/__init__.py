"""What conditions ask of facts themselves: an aggregate without a name, one fact after another, a first time."""
