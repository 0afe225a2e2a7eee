"""The only place that knows every module: web server, worker, command line, and the wiring between them."""
