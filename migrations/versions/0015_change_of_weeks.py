"""Which changes are of weeks alone, so that the index reads no more than those"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of what stands in the log already nobody knows: it counts as a change of everything.
    op.add_column("change", sa.Column("weeks_only", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("change", "weeks_only")
