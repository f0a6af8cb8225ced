FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 1000 portal \
    && install -d -o portal -g portal /data

WORKDIR /srv/portal
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PRODUCTION=1 DATA_DIR=/data STATIC_ROOT=/srv/static

COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements/base.txt

COPY . .
# collectstatic needs settings, and none of the secrets it runs with outlives this line.
RUN SECRET_KEY=build FIELD_ENCRYPTION_KEY=build PUBLIC_URL=http://build DATABASE_URL=postgres://build/build \
    REDIS_URL=redis://build python manage.py collectstatic --no-input

USER portal
EXPOSE 8000
CMD ["gunicorn", "-c", "python:portal.serving"]
