"""
A private PostgreSQL and Redis for one command: `python -m portal.embedded [--purpose run|test] -- COMMAND…`.

Both are the real servers, taken from wheels; they live under `.data/<purpose>` and end with this
launcher. Where DATABASE_URL or REDIS_URL is set, that server is taken to exist and is not started.

As root the servers run as an unprivileged user, in a folder of that user. Where the project lies
behind a folder that this user may not enter, their files go to /var/tmp, and the launcher says so.
Nothing outside those folders changes its permissions.
"""
