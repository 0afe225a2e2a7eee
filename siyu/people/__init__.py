"""Who someone is: identities, profile, consent, suppression."""
