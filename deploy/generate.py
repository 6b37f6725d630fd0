"""Write the deployment files that follow from a table.

`nats.conf` from the permissions, the systemd units and what Prometheus scrapes from the list of services, the dashboard from its panels.

`python -m deploy.generate` writes them, `--check` only tells (by its exit status) whether they are as they should be.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deploy.dashboard import dashboard
from libs.cli.operator import OPERATOR
from libs.cli.permissions import ROOM, USERS, Permissions, permissions
from libs.common import service
from libs.common.config.connection import Metrics
from libs.common.credentials import variable
from libs.common.services import existing

ROOT: Final = Path(__file__).parent

SECONDS_STOP: Final = 20
"""What a service may take to stop: it drains for three, and is killed for certain after this."""

_NATS_HEAD: Final = """\
# A NATS server for kryten-economy and kryten-robot. Written by `python -m deploy.generate` from the table in libs/cli/permissions.py.
#
#   nats-server -c nats.conf
#
# Needs nats-server 2.12 or newer. Where it keeps its store, and the passwords, come from the environment (see .env.example); no password
# stands here, and the server does not start while one is missing. They must begin with a letter: one of digits is read as a number.

server_name: kryten-economy

# Loopback: who reaches this port without a password may speak for the robot. To serve other machines, name an address here (or start
# with `-a ADDRESS`), and put the port behind a firewall or TLS.
host: "127.0.0.1"
port: 4222

# Where one can see how the server is: connections, streams, consumers. Nothing in it is secret to who may log in on this machine.
# http: "127.0.0.1:8222"

jetstream {
  # Such as /var/lib/nats: the server's own, and kept for good.
  store_dir: $NATS_STORE_DIR

  # An acknowledged message survives a power cut. It costs one flush of the disk for every message of a stream: about 180 a second on a
  # disk that takes 5 ms, plenty for a room and slow for catching up. Without this line the server flushes every two minutes.
  sync_interval: always

  # The streams reserve less than 2 GiB together.
  max_file_store: 8GB
  max_memory_store: 256MB
}

# Who connects without a password is this user: the robot, other kryten services. Take the line away to let in nobody without one, and
# give the robot the password of `room`.
no_auth_user: room

authorization {
  users = [
"""
_NATS_TAIL: Final = """\
  ]
}
"""

_WORDS: Final = {
    OPERATOR: "The command line: makes the streams, reads all, speaks to the ledger in its own name.",
    ROOM: "Whoever connects without a password: the robot, other kryten services. Nothing of the economy but its API.",
}

_UNIT: Final = """\
# Written by `python -m deploy.generate`. Local changes: systemctl edit kryten-economy-{name}.service
[Unit]
Description=kryten-economy: {name}
Documentation=https://github.com/grobertson/kryten-economy
PartOf=kryten-economy.target
Requires=kryten-economy-provision.service
After=network-online.target nats-server.service kryten-economy-provision.service
Wants=network-online.target
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=notify
NotifyAccess=main
ExecStart={run} run {name} --config /etc/kryten/kryten-economy/config.yaml --state-dir /var/lib/kryten-economy
# NATS_{upper}_PASSWORD=..., readable by root alone (mode 0600)
EnvironmentFile=-/etc/kryten/kryten-economy/{name}.env
Restart=always
RestartSec=5
# Ready is told once NATS is there; a server that is down is waited for.
TimeoutStartSec=infinity
TimeoutStopSec={stop}
# The event loop tells every second that it turns.
WatchdogSec=30
{sandbox}
[Install]
WantedBy=kryten-economy.target
"""

_PROVISION: Final = """\
# Written by `python -m deploy.generate`. Local changes: systemctl edit kryten-economy-provision.service
[Unit]
Description=kryten-economy: make the streams
Documentation=https://github.com/grobertson/kryten-economy
PartOf=kryten-economy.target
After=network-online.target nats-server.service
Wants=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={run} provision --wait --config /etc/kryten/kryten-economy/config.yaml --state-dir /var/lib/kryten-economy
# NATS_OPERATOR_PASSWORD=..., readable by root alone (mode 0600)
EnvironmentFile=-/etc/kryten/kryten-economy/operator.env
TimeoutStartSec=infinity
{sandbox}
[Install]
WantedBy=kryten-economy.target
"""

_TARGET: Final = """\
# Written by `python -m deploy.generate`.
[Unit]
Description=kryten-economy: all services
Documentation=https://github.com/grobertson/kryten-economy
Wants={wants}
After=network-online.target nats-server.service

[Install]
WantedBy=multi-user.target
"""

MEMORY: Final = "512M"
HUNGRY: Final = {"analytics": "2G"}
"""DuckDB may take 512 MB for each question, and a few are answered at once."""

_SANDBOX: Final = """\
User=kryten
Group=kryten
WorkingDirectory=/var/lib/kryten-economy
StateDirectory=kryten-economy
StateDirectoryMode=0700
UMask=0077
MemoryMax={memory}
CPUQuota=50%
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProcSubset=pid
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectHostname=yes
ProtectClock=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""

_PROMETHEUS: Final = """\
# What Prometheus is to scrape of one economy: an example, for a machine of its own. Written by `python -m deploy.generate`.
# The ports follow `metrics.port`. In compose only the first is open to the host; there the targets are `analytics:28286` and so on.
global:
  scrape_interval: 15s
  evaluation_interval: 15s
rule_files: [alerts.yml]
scrape_configs:
  - job_name: kryten-economy
    static_configs:
{targets}
"""
_TARGET_OF: Final = """\
      - targets: ["127.0.0.1:{port}"]
        labels: {{process: {name}}}"""

PROGRAM: Final = "/opt/kryten/economy/.venv/bin/kryten-economy"


def files() -> dict[Path, str]:
    """Give every generated file with its text."""
    systemd = ROOT / "systemd"
    units = [f"kryten-economy-{name}.service" for name in existing()]
    provision = "kryten-economy-provision.service"
    return {
        ROOT / "nats.conf": nats_conf(),
        ROOT / "grafana" / "kryten-economy.json": dashboard(),
        ROOT / "prometheus" / "prometheus.yml": _prometheus(),
        systemd / "kryten-economy.target": _TARGET.format(wants=" ".join([provision, *units])),
        systemd / provision: _PROVISION.format(run=PROGRAM, sandbox=_SANDBOX.format(memory=MEMORY)),
        **{systemd / unit: _unit(name) for unit, name in zip(units, existing(), strict=True)},
    }


def nats_conf() -> str:
    """Give the configuration of a NATS server for the economy."""
    users = "\n".join(line for name in (*USERS, ROOM) for line in _user(name, permissions(name)))
    return f"{_NATS_HEAD}{users}\n{_NATS_TAIL}"


def _prometheus() -> str:
    port = Metrics().port
    targets = (_TARGET_OF.format(port=port + service.SERVICES.index(name), name=name) for name in existing())
    return _PROMETHEUS.format(targets="\n".join(targets))


def _unit(name: str) -> str:
    return _UNIT.format(
        name=name, upper=name.upper(), run=PROGRAM, stop=SECONDS_STOP, sandbox=_SANDBOX.format(memory=HUNGRY.get(name, MEMORY))
    )


def _user(name: str, rules: Permissions) -> Iterator[str]:
    if name in _WORDS:
        yield f"    # {_WORDS[name]}"
    yield f"    {{ user: {name}, password: ${variable(name)}, permissions: {{"
    for side, allow, deny in (
        ("publish", rules.publish_allow, rules.publish_deny),
        ("subscribe", rules.subscribe_allow, rules.subscribe_deny),
    ):
        if allow or deny:
            yield f"      {side}: {{"
            for key, subjects in (("allow", allow), ("deny", deny)):
                if subjects:
                    yield f"        {key}: ["
                    yield from (f'          "{subject}"' for subject in subjects)
                    yield "        ]"
            yield "      }"
    if rules.answers:
        answers = rules.as_config()["allow_responses"]
        yield f'      allow_responses: {{ max: {answers["max"]}, expires: "{answers["expires"]}" }}'
    yield "    } }"


def main() -> int:
    """Write, or with `--check` compare; give the exit status."""
    stale = {path: text for path, text in files().items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    extra = sorted(set((ROOT / "systemd").glob("*")) - set(files()))
    if "--check" in sys.argv[1:]:
        for path in (*stale, *extra):
            sys.stderr.write(f"{path.relative_to(ROOT.parent)} is not what `python -m deploy.generate` writes\n")
        return 1 if stale or extra else 0
    for path, text in stale.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in extra:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
