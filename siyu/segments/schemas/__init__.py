"""What segments take and give over HTTP."""
