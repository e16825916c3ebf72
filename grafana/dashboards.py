"""What each dashboard shows."""

from grafana.panels import Dashboard, Panel, Query

SPAN = "[$__rate_interval]"


def watch_requests(job: str) -> tuple[Panel, ...]:
    """Rate, errors and duration of a service, by route template, and what its process uses."""
    requests = f'longhand_http_requests_total{{job="{job}", route!~"/livez|/readyz"'
    duration = f'longhand_http_request_duration_seconds_bucket{{job="{job}"}}{SPAN}'
    return (
        Panel("Up", (Query(f'up{{job="{job}"}}', "{{instance}}"),), kind="stat"),
        Panel(
            "Requests",
            (Query(f"sum by (route, status) (rate({requests}}}{SPAN}))", "{{route}} {{status}}"),),
            unit="reqps",
        ),
        Panel(
            "Share of errors",
            (
                Query(
                    f'(sum(rate({requests}, status=~"5.."}}{SPAN})) or vector(0)) / sum(rate({requests}}}{SPAN}))',
                    "ours (5xx)",
                ),
                Query(
                    f'(sum(rate({requests}, status=~"4.."}}{SPAN})) or vector(0)) / sum(rate({requests}}}{SPAN}))',
                    "theirs (4xx)",
                ),
            ),
            unit="percentunit",
        ),
        Panel(
            "Duration",
            tuple(
                Query(f"histogram_quantile({share}, sum by (le) (rate({duration})))", f"{share:.0%}")
                for share in (0.5, 0.95, 0.99)
            ),
            unit="s",
        ),
        Panel("Memory", (Query(f'process_resident_memory_bytes{{job="{job}"}}', "{{instance}}"),), unit="bytes"),
        Panel(
            "Processor",
            (Query(f'rate(process_cpu_seconds_total{{job="{job}"}}{SPAN})', "{{instance}}"),),
            unit="percentunit",
            description="1 is one core kept busy",
        ),
    )


def watch_jobs(job: str) -> tuple[Panel, ...]:
    """Queue and worker of a service, from its jobs table."""
    return (
        Panel("Jobs", (Query(f'sum by (kind, status) (longhand_jobs{{job="{job}"}})', "{{kind}} {{status}}"),)),
        Panel(
            "Waiting for",
            (Query(f'longhand_job_queue_age_seconds{{job="{job}"}}', "{{queue}}"),),
            unit="s",
        ),
        Panel(
            "Worker's last sign of life",
            (Query(f'longhand_worker_heartbeat_age_seconds{{job="{job}"}}', "{{queue}}"),),
            unit="s",
        ),
    )


GATEWAY = Dashboard(
    "gateway",
    "gateway",
    (
        *watch_requests("gateway"),
        Panel(
            "Readings",
            (Query(f"sum by (task, decision) (rate(longhand_gateway_readings_total{SPAN}))", "{{task}} {{decision}}"),),
            unit="reqps",
        ),
        Panel("Readings that wait for delivery", (Query("longhand_gateway_outbox_readings", "in the outbox"),)),
        Panel("The oldest has waited", (Query("longhand_gateway_outbox_age_seconds", "age"),), unit="s"),
        Panel(
            "Readings set aside",
            (Query("longhand_gateway_outbox_refused", "refused by ingestion"),),
            kind="stat",
            description="ingestion refuses them for good: somebody must look",
        ),
        Panel(
            "Sign-ins",
            (Query(f"sum by (result) (rate(longhand_gateway_sign_ins_total{SPAN}))", "{{result}}"),),
            unit="reqps",
        ),
    ),
)

INGESTION = Dashboard("ingestion", "ingestion", watch_requests("ingestion") + watch_jobs("ingestion"))

TRAINING = Dashboard(
    "training",
    "training",
    (
        *watch_requests("training"),
        *watch_jobs("training"),
        Panel("Epoch", (Query("longhand_training_epoch", "epoch of the newest training"),)),
        Panel("Loss", (Query("longhand_training_loss", "loss of the newest training"),)),
    ),
)

PREDICTION = Dashboard(
    "prediction",
    "prediction",
    (
        *watch_requests("prediction"),
        Panel(
            "Readings",
            (Query(f"sum by (model, decision) (rate(longhand_readings_total{SPAN}))", "{{model}} {{decision}}"),),
            unit="reqps",
        ),
        Panel(
            "Confidence",
            (
                Query(
                    f"histogram_quantile(0.5, sum by (model, le) (rate(longhand_reading_confidence_bucket{SPAN})))",
                    "{{model}} median",
                ),
            ),
            unit="percentunit",
        ),
        Panel(
            "Pictures per batch",
            (Query(f"rate(longhand_batch_size_sum{SPAN}) / rate(longhand_batch_size_count{SPAN})", "mean"),),
        ),
        Panel("Pictures waiting", (Query("longhand_batch_queue", "{{instance}}"),)),
        Panel(
            "Read with a lexicon",
            (Query(f"sum by (matched) (rate(longhand_lexicon_readings_total{SPAN}))", "an entry fits: {{matched}}"),),
            unit="reqps",
        ),
        Panel(
            "Lexicons asked for",
            (Query(f"sum by (result) (rate(longhand_lexicon_lookups_total{SPAN}))", "at hand: {{result}}"),),
            unit="reqps",
        ),
        Panel("Champion", (Query("longhand_model_version", "{{model}}"),), kind="stat"),
        Panel("Champion can be loaded", (Query("longhand_champion_readable", "{{model}}"),), kind="stat"),
    ),
)

MACHINE = Dashboard(
    "machine",
    "machine",
    (
        Panel(
            "Processor",
            (Query(f'1 - avg(rate(node_cpu_seconds_total{{mode="idle"}}{SPAN}))', "busy"),),
            unit="percentunit",
        ),
        Panel(
            "Memory",
            (Query("node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes", "used"),),
            unit="bytes",
        ),
        Panel(
            "Disk",
            (Query("min by (device) (node_filesystem_avail_bytes)", "{{device}} free"),),
            unit="bytes",
        ),
    ),
)

CONTAINERS = Dashboard(
    "containers",
    "containers",
    (
        Panel(
            "Processor",
            (Query(f'sum by (name) (rate(container_cpu_usage_seconds_total{{name!=""}}{SPAN}))', "{{name}}"),),
            unit="percentunit",
        ),
        Panel(
            "Memory",
            (Query('sum by (name) (container_memory_working_set_bytes{name!=""})', "{{name}}"),),
            unit="bytes",
        ),
    ),
)
"""Needs cAdvisor, which runs in compose's profile `dashboards`."""

DASHBOARDS = (GATEWAY, INGESTION, TRAINING, PREDICTION, MACHINE, CONTAINERS)
