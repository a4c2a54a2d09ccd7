"""Jobs, their input and their results."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_job()
    create_input()
    op.create_table(
        "job_chunk",
        of_job(),
        numbered("number"),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("summary", sa.JSON()),
    )


def downgrade() -> None:
    for table in ("job_chunk", "job_input_part", "job_input", "job"):
        op.drop_table(table)


def create_job() -> None:
    status = sa.Enum(
        "ACCEPTED",
        "RUNNING",
        "SUCCEEDED",
        "FAILED",
        "CANCELLED",
        native_enum=False,
        create_constraint=True,
        length=20,
        name="status_known",
    )
    op.create_table(
        "job",
        sa.Column("id", job_id(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", status, nullable=False),
        sa.Column("idempotency_key", sa.String()),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("input_sha256", sa.String(), nullable=False),
        sa.Column("software_version", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True)) for name in ("started_at", "finished_at", "heartbeat_at")),
        sa.Column("lease_owner", sa.String()),
        sa.Column("lease_until", sa.Double()),
        sa.Column("fence", whole(), nullable=False),
        sa.Column("attempts", whole(), nullable=False),
        sa.Column("is_cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("progress_done", whole(), nullable=False),
        sa.Column("progress_total", whole()),
        sa.Column("summary", sa.JSON()),
        sa.Column("error", sa.JSON()),
        sa.UniqueConstraint("kind", "idempotency_key"),
        sa.CheckConstraint("progress_done >= 0", name="progress_done_bounds"),
    )
    op.create_index("ix_job_kind_id", "job", ["kind", "id"])
    op.create_index("ix_job_status", "job", ["status"])


def create_input() -> None:
    op.create_table(
        "job_input",
        of_job(),
        numbered("number"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("byte_count", whole(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
    )
    op.create_table(
        "job_input_part",
        of_job(),
        numbered("input_number"),
        numbered("number"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def job_id() -> sa.types.TypeEngine[str]:
    """Compared by bytes on both databases: ids begin with the moment."""
    return sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")


def of_job() -> sa.Column[str]:
    return sa.Column("job_id", job_id(), sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)


def numbered(name: str) -> sa.Column[int]:
    return sa.Column(name, whole(), primary_key=True, autoincrement=False)
