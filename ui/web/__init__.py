"""The web app: the server and what guards it, and the page with its views."""
