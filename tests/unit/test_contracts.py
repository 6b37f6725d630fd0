"""What holds for all messages."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import get_args

from libs.common import contracts
from libs.common.contracts.base import Contract


def all_contracts(base: type[Contract] = Contract) -> Iterator[type[Contract]]:
    for each in base.__subclasses__():
        yield each
        yield from all_contracts(each)


def test_what_may_be_missing_may_be_left_out() -> None:
    """A field without a value is not sent: one that has to be there could not be read."""
    for module in pkgutil.walk_packages(contracts.__path__, f"{contracts.__name__}."):
        importlib.import_module(module.name)
    fields = {(each, name): field for each in all_contracts() for name, field in each.model_fields.items()}
    assert fields
    assert [key for key, field in fields.items() if field.is_required() and type(None) in get_args(field.annotation)] == []
