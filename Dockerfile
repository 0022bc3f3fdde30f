# The quiz as an image: docs/deploy.md says how it is run. What it keeps lies on /data; everything else may be read-only.

FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements.txt ./
# Wheels with the hashes that were locked, and nothing that has to be compiled; pip itself stays behind.
RUN python -m venv --without-pip /opt/venv \
    && python -m pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: --requirement requirements.txt
COPY pyproject.toml LICENSE ./
COPY content content
COPY adapters adapters
COPY bot bot
RUN /opt/venv/bin/python -m compileall -q bot adapters \
    && /opt/venv/bin/python -c "from bot.bank import load; load()"

FROM python:3.11-slim
RUN groupadd --gid 10001 quiz \
    && useradd --uid 10001 --gid quiz --home-dir /data --no-create-home --shell /usr/sbin/nologin quiz \
    && install --directory --owner quiz --group quiz --mode 700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# HOME for any other --user as well: slack-sdk looks for one as it is imported.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    SQLITE_TMPDIR=/data \
    DATABASE_URL=sqlite:////data/quiz.sqlite3 \
    PORT=8080
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
