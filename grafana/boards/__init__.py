"""The dashboards, a file each; its name is the dashboard's uid."""
