"""Other companies' interfaces, each behind the protocol in contracts."""
