"""The people at the desk: how they log in under /admin/accounts/, and what is asked of their accounts."""
