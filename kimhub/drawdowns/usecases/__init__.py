"""What people do with a Zuwendung once it is final: draw it, note what came in, pay back."""
