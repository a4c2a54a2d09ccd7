# Two stages: the first installs, the second runs and holds nothing to build with.
#
#   docker build --tag facility-standards .
#   docker run --rm --env DATABASE_URL=postgresql://… facility-standards facility-standards migrate
#   docker run --publish 8000:8000 --env DATABASE_URL=postgresql://… facility-standards
#
# Tables are only changed by the explicit `migrate`; several copies of the service may then start on one database.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/facility-standards
COPY requirements/runtime.lock requirements/build.lock requirements/
# The build tools go into an environment of their own, which stays behind.
RUN /opt/facility-standards/bin/pip install --require-hashes --requirement requirements/runtime.lock \
    && python -m venv /opt/build-tools \
    && /opt/build-tools/bin/pip install --require-hashes --requirement requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
RUN /opt/build-tools/bin/python -m hatchling build --target wheel --directory dist \
    && /opt/facility-standards/bin/pip install --no-deps dist/*.whl \
    && /opt/facility-standards/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin service \
    && install --directory --owner=service --group=service /var/lib/facility-standards
COPY --from=build /opt/facility-standards /opt/facility-standards
ENV PATH=/opt/facility-standards/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////var/lib/facility-standards/facility-standards.db \
    FACILITY_STANDARDS_HOST=0.0.0.0
WORKDIR /var/lib/facility-standards
VOLUME /var/lib/facility-standards
USER service
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["facility-standards", "health"]
CMD ["facility-standards", "serve"]
