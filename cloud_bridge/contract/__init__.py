"""The contract as documents: JSON Schemas and AsyncAPI, made from the types."""

from cloud_bridge.contract.texts import contract_files
from cloud_bridge.contract.write import write_contract

__all__ = ["contract_files", "write_contract"]
