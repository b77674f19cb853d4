"""What Celery is told about the broker; the same for whoever sends and whoever works. Pure."""

from pathlib import Path
from typing import Any

from kombu import Exchange, Queue

from governance.outbox.transport import NAME

QUEUES = ("fast", "slow")
FOLDERS = ("messages", "control")
_exchange = Exchange("foureyes", type="direct")


def celery_settings(broker_url: str, var_dir: Path) -> dict[str, Any]:
    """Settings for a Celery app. Times in seconds.

    The outbox is the queue and Celery only wakes: losing, doubling or delaying a message costs
    time and nothing else. So there are no results, no retries and no future times in here.
    """
    return {
        # kombu warns about an address without a host, though files need none.
        "broker_url": "filesystem://localhost//" if _is_folder(broker_url) else broker_url,
        "broker_transport": NAME if _is_folder(broker_url) else None,
        "broker_transport_options": transport_options(broker_url, var_dir),
        "broker_connection_retry_on_startup": True,
        "task_queues": [Queue(name, _exchange, routing_key=name) for name in QUEUES],
        "task_default_queue": "fast",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": False,
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
        "worker_hijack_root_logger": False,
        "enable_utc": True,
    }


def transport_options(broker_url: str, var_dir: Path) -> dict[str, Any]:
    """What the transport needs besides its address."""
    if not _is_folder(broker_url):
        return {"visibility_timeout": 300}
    messages, control = (str(var_dir / "broker" / name) for name in FOLDERS)
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": control,
        "polling_interval": 0.02,  # a look at a folder; half of it is what a job waits on average
    }


def prepare_folders(broker_url: str, var_dir: Path) -> None:
    """Make the folders of a filesystem broker; they may be wiped at any time."""
    if _is_folder(broker_url):
        for name in FOLDERS:
            (var_dir / "broker" / name).mkdir(parents=True, exist_ok=True)


def _is_folder(broker_url: str) -> bool:
    return broker_url.startswith("filesystem:")
