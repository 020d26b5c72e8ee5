"""What can be done to one instance: each act runs inside one command."""
