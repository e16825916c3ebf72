"""Model versions and their deployment, kept in MLflow."""
