"""Panels that several dashboards show."""

from grafana.panels import Panel, Query

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
