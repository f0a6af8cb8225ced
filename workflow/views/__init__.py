"""Pages of applications: for applicants, the windows and the departments."""
