"""Streams on a real server: made, extended, left alone."""

import json
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.client import Client

from libs.common import streams, subjects
from tests.support.nats import NatsServer

CHANNELS = ("lounge",)
TABLE = subjects.streams(CHANNELS)


async def config(client: Client, stream: str) -> dict[str, Any]:
    answer = await client.request(f"$JS.API.STREAM.INFO.{stream}", b"")
    found: dict[str, Any] = json.loads(answer.data)["config"]
    return found


def actions(outcomes: list[streams.Outcome]) -> set[str]:
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    return {outcome.plan.action for outcome in outcomes}


async def test_an_empty_server_gets_all_streams(nats_client: Client) -> None:
    assert actions(await streams.provision(nats_client, TABLE)) == {"make"}
    assert await streams.problems(nats_client.jetstream(), CHANNELS) == []


async def test_provisioning_again_changes_nothing(nats_client: Client) -> None:
    await streams.provision(nats_client, TABLE)

    assert actions(await streams.provision(nats_client, TABLE)) == {"keep"}
    assert actions(await streams.provision(nats_client, TABLE, update=True)) == {"keep"}


async def test_streams_are_compressed_files(nats_client: Client) -> None:
    await streams.provision(nats_client, TABLE)

    made = await config(nats_client, subjects.EVENTS)
    assert (made["storage"], made["compression"], made["allow_atomic"]) == ("file", "s2", True)


async def test_a_new_channel_is_added_to_what_is_captured(nats_client: Client) -> None:
    await streams.provision(nats_client, TABLE)

    outcomes = await streams.provision(nats_client, subjects.streams(("lounge", "hall")))

    assert [outcome.stream for outcome in outcomes if outcome.plan.action == "extend"] == [subjects.RAW]
    assert await streams.problems(nats_client.jetstream(), ("lounge", "hall")) == []


async def test_settings_of_the_operator_survive_both_ways_of_provisioning(nats_client: Client) -> None:
    await streams.provision(nats_client, TABLE)
    mine = {**await config(nats_client, subjects.FACTS), "max_bytes": 2**20, "description": "mine", "deny_delete": True, "max_msgs": 7}
    await nats_client.request(f"$JS.API.STREAM.UPDATE.{subjects.FACTS}", json.dumps(mine).encode())

    await streams.provision(nats_client, TABLE)
    left = await config(nats_client, subjects.FACTS)
    await streams.provision(nats_client, TABLE, update=True)
    updated = await config(nats_client, subjects.FACTS)

    assert left == mine
    assert updated == {**mine, "max_bytes": 256 * 2**20}


async def test_a_missing_stream_is_told_with_the_cure(nats_client: Client) -> None:
    await streams.provision(nats_client, TABLE)
    await nats_client.jetstream().delete_stream(subjects.EVENTS)

    assert await streams.problems(nats_client.jetstream(), CHANNELS) == ["stream ECONOMY_EVENTS is missing: run kryten-economy provision"]


async def test_a_missing_subject_is_told_with_the_cure(nats_client: Client) -> None:
    await streams.provision(nats_client, TABLE)

    found = await streams.problems(nats_client.jetstream(), ("lounge", "hall"))

    wanted = "stream ECONOMY_RAW lacks subject kryten.events.cytube.hall.chatmsg: run kryten-economy provision"
    assert wanted in found
    assert len(found) == len(subjects.ROBOT_EVENTS)


async def test_somebody_elses_stream_over_our_subjects_is_named(nats_client: Client) -> None:
    await nats_client.jetstream().add_stream(name="CATCHALL", subjects=["kryten.>"])

    outcomes = {outcome.stream: outcome.error for outcome in await streams.provision(nats_client, TABLE)}

    assert "held by CATCHALL" in (outcomes[subjects.RAW] or "")
    assert any("CATCHALL" in problem for problem in await streams.problems(nats_client.jetstream(), CHANNELS))


async def test_a_stream_with_another_retention_is_an_error(nats_client: Client) -> None:
    await nats_client.jetstream().add_stream(name=subjects.EVENTS, subjects=["economy.events.*.*"], retention="workqueue")

    (error,) = [outcome.error for outcome in await streams.provision(nats_client, TABLE) if outcome.error]

    assert "retention" in error
    assert any("retention" in problem for problem in await streams.problems(nats_client.jetstream(), CHANNELS))


async def test_messages_survive_an_update(nats_client: Client) -> None:
    await streams.provision(nats_client, TABLE)
    await nats_client.jetstream().publish(subjects.event("lounge", "chat"), b"1")

    await streams.provision(nats_client, subjects.streams(("lounge", "hall")), update=True)

    assert (await nats_client.jetstream().stream_info(subjects.EVENTS)).state.messages == 1


async def test_a_server_without_jetstream_is_named_as_such(tmp_path: Path) -> None:
    plain = NatsServer(tmp_path, jetstream=False)
    plain.start()
    client = await nats.connect(plain.url)
    try:
        with pytest.raises(streams.ProvisionError, match="has no JetStream"):
            await streams.provision(client, TABLE)
    finally:
        await client.close()
        plain.stop()
