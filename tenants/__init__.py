"""The kernel: who is a tenant, who acts, who may see what. It imports nothing of kimhub."""
