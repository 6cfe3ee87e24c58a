"""Runs the custom actions in this process, where endpoints.yml names no action server.

Rasa calls an action by `EndpointConfig.request`; this one hands the call to rasa_sdk's executor instead of to HTTP, and maps
failures as rasa_sdk's server does, so that RemoteAction behaves the same either way.
"""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any

import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

TIME_LIMIT = 5.0
"""Seconds that an action may take; Rasa's own limit of 300 s is longer than its lock lives."""


class InProcessActionEndpoint(EndpointConfig):
    """An action endpoint without a network. Actions are given the conversation itself and no copy: none may write into it."""

    def __init__(self, package: str) -> None:
        """`package` is the folder of the actions, imported here. Raises ImportError where it cannot be."""
        # no action reads the domain: to copy it for each call takes an eighth of a message's time
        super().__init__(enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    @property
    def names(self) -> frozenset[str]:
        """The names of the registered actions."""
        return frozenset(self._executor.actions)

    async def request(self, method: str = "post", **kwargs: Any) -> Any:
        """Run the action that `kwargs["json"]` names; events and responses as rasa_sdk's server gives them.

        Raises ClientResponseError with 400 for a rejected action, 404 for an unknown one, 500 where it takes too long.
        """
        call = kwargs["json"]
        try:
            return await asyncio.wait_for(self._executor.run(call), TIME_LIMIT)
        except ActionExecutionRejection as error:
            body = json.dumps({"action_name": error.action_name, "error": error.message})
            raise ClientResponseError(400, error.message, body) from error
        except ActionNotFoundException as error:
            raise ClientResponseError(404, error.message, json.dumps({"action_name": error.action_name})) from error
        except TimeoutError as error:
            raise ClientResponseError(500, f"{call['next_action']} took longer than {TIME_LIMIT} s", "{}") from error


def validate_results_with_one_validator() -> None:
    """Let Rasa check actions' results with a validator that is built once.

    Rasa 3.6 calls `jsonschema.validate`, which checks its own large schema against the meta-schema at every call: 15 ms of
    the 20 ms that a message takes.
    """
    RemoteAction._validate_action_result = _validate


@cache
def _validator() -> jsonschema.protocols.Validator:
    schema = RemoteAction.action_response_format_spec()
    return jsonschema.validators.validator_for(schema)(schema)


def _validate(self: RemoteAction, result: dict[str, Any]) -> bool:
    _validator().validate(result)
    return True
