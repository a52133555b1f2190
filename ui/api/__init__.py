"""For programs: the routes, their description, the MCP tools and the metrics."""
