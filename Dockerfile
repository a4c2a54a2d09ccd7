# Two stages: the first installs, the second runs and holds nothing to build or install with.
#
#   docker build --tag facility-standards .
#   docker run --rm --env DATABASE_URL=postgresql://… facility-standards facility-standards migrate
#   docker run --read-only --publish 8000:8000 --env DATABASE_URL=postgresql://… facility-standards
#
# Tables are only changed by the explicit `migrate`; several copies of the service may then start on one database.
# docs/installation.md says more, and compose.yaml brings the database along.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ONLY_BINARY=:all: PIP_ROOT_USER_ACTION=ignore
COPY requirements/runtime.lock requirements/build.lock requirements/
# The build tools go into an environment of their own, which stays behind.
RUN python -m venv /opt/facility-standards \
    && /opt/facility-standards/bin/pip install --require-hashes --requirement requirements/runtime.lock \
    && python -m venv /opt/build-tools \
    && /opt/build-tools/bin/pip install --require-hashes --requirement requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
# Without an index: what the wheel needs is installed already, or the build stops at the check.
RUN /opt/build-tools/bin/python -m hatchling build --target wheel --directory dist \
    && /opt/facility-standards/bin/pip install --no-index --no-deps dist/*.whl \
    && /opt/facility-standards/bin/pip check \
    && /opt/facility-standards/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim-bookworm
# The user has a number, so that a cluster can see that it is not root.
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin service \
    && install --directory --owner=10001 --group=10001 /var/lib/facility-standards \
    && python -m pip uninstall --yes --root-user-action=ignore pip setuptools wheel
COPY --from=build /opt/facility-standards /opt/facility-standards
ENV PATH=/opt/facility-standards/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////var/lib/facility-standards/facility-standards.db \
    FACILITY_STANDARDS_HOST=0.0.0.0 \
    NUMBA_CACHE_DIR=/var/lib/facility-standards/compiled
# The one place that is written to: by SQLite, if it holds the data, and with the loops compiled for this processor.
WORKDIR /var/lib/facility-standards
VOLUME /var/lib/facility-standards
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["facility-standards", "health"]
CMD ["facility-standards", "serve"]
