"""The search for programs: JSON at /api/v1, with the parameters of the page, and a description of itself."""
