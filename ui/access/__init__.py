"""Who may reach the app: addresses, accounts, the login and its sessions."""
