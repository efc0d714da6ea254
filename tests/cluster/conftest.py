"""What tests of the cluster are given."""

from tests.sites import NewSettings

__all__ = ["NewSettings"]
